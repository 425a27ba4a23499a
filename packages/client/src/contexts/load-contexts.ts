import { EMBEDDED, readContextsFile, type StoredContext } from './contexts-file.ts';

/** Where credentials are kept; `none` after a logout. */
type CredentialsPlace = 'keyring' | 'file' | 'none';

/** A context without its token. */
export interface ContextEntry {
  name: string;
  kind: 'embedded' | 'remote';
  /** Null for the embedded platform. */
  url: string | null;
  current: boolean;
  /** `platform` for the embedded one, whose folder has them. */
  credentials: CredentialsPlace | 'platform';
  /** Whose they are, as the platform said when they were saved; null where nobody asked it. */
  user: string | null;
  /** When they end (RFC 3339); null for never, or where nobody asked the platform. */
  expiresAt: string | null;
}

function placeOfCredentials({ token, keyring }: StoredContext): CredentialsPlace {
  if (keyring !== undefined) return 'keyring';
  return token === undefined ? 'none' : 'file';
}

/** Every context, the embedded one first. Throws `config_unreadable`. */
export async function loadContexts(rigHome: string): Promise<ContextEntry[]> {
  const { current, contexts } = await readContextsFile(rigHome);
  const embedded: ContextEntry = {
    name: EMBEDDED,
    kind: 'embedded',
    url: null,
    current: current === EMBEDDED,
    credentials: 'platform',
    user: null,
    expiresAt: null,
  };
  return [
    embedded,
    ...contexts.map((context) => ({
      name: context.name,
      kind: 'remote' as const,
      url: context.url,
      current: context.name === current,
      credentials: placeOfCredentials(context),
      user: context.user ?? null,
      expiresAt: context.expiresAt ?? null,
    })),
  ];
}
