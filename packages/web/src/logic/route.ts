/** Where in the pages somebody is: what stands behind the `#` of the address. */
export interface Place {
  readonly page: string;
  readonly params: readonly string[];
}

/** `#/apps/shop/logs` is page `apps` with `shop`, `logs`. */
export function readPlace(hash: string): Place {
  const [page = '', ...params] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  return { page: page === '' ? 'overview' : page, params };
}
