/** Where in the pages somebody is: what stands behind the `#` of the address. */
export interface Place {
  readonly page: string;
  readonly params: readonly string[];
  /** What stands behind `?`: filters, so that they can be bookmarked and sent on. */
  readonly query: Readonly<Record<string, string>>;
}

/** `#/apps/shop/logs` is page `apps` with `shop`, `logs`. */
export function readPlace(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  const [page = '', ...params] = path
    .split('/')
    .filter((part) => part !== '')
    .map(decode);
  return {
    // A ticket in the address is taken out of it by `api/take-ticket.ts`; nothing shows it.
    page: page === '' || page === 'login' ? 'overview' : page,
    params,
    query: Object.fromEntries(new URLSearchParams(search)),
  };
}

/** The address of a page; what is undefined or empty in `query` is left out. */
export function hrefOf(
  page: string,
  params: readonly string[] = [],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, value);
  const path =
    page === 'overview' && params.length === 0 ? '' : [page, ...params].map(encodeURIComponent).join('/');
  return `#/${path}${search.size === 0 ? '' : `?${search}`}`;
}

/** What somebody typed into the address need not be well-formed. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
