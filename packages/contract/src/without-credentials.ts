const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;

/**
 * The address of a repository or an archive as it may be shown and stored: no password, no token in the place
 * of a user, no query. The user of an SSH address stays, as it is part of where the repository lies.
 */
export function withoutCredentials(address: string): string {
  const scheme = SCHEME.exec(address);
  if (scheme === null) return address;
  const rest = address.slice(scheme[0].length);
  const slash = rest.search(/[/?#]/);
  const authority = slash === -1 ? rest : rest.slice(0, slash);
  const path = (slash === -1 ? '' : rest.slice(slash)).replace(/\?[^#]*/, '');
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  const user = at === -1 ? '' : (authority.slice(0, at).split(':')[0] ?? '');
  const isSsh = /ssh$/i.test(scheme[1] ?? '');
  return `${scheme[0]}${isSsh && user !== '' ? `${user}@` : ''}${host}${path}`;
}
