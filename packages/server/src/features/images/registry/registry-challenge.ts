/** How a registry wants to know who asks (RFC 7235, distribution/spec/auth/token). */
export type RegistryChallenge =
  | { scheme: 'basic' }
  | { scheme: 'bearer'; realm: string; service: string | null; scope: string | null };

/** Reads `www-authenticate`; null for a way that rig does not know. */
export function parseChallenge(header: string): RegistryChallenge | null {
  const [, scheme = '', rest = ''] = /^\s*([A-Za-z]+)(?:\s+(.*))?$/s.exec(header) ?? [];
  if (scheme.toLowerCase() === 'basic') return { scheme: 'basic' };
  if (scheme.toLowerCase() !== 'bearer') return null;
  const words = new Map(
    [...rest.matchAll(/([A-Za-z_]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]*))/g)].map(([, name, quoted, plain]) => [
      (name ?? '').toLowerCase(),
      quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '',
    ]),
  );
  const realm = words.get('realm');
  if (realm === undefined || !URL.canParse(realm)) return null;
  return {
    scheme: 'bearer',
    realm,
    service: words.get('service') ?? null,
    scope: words.get('scope') ?? null,
  };
}
