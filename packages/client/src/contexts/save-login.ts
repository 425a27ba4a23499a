import { RigError } from '@rig-ops/contract/errors';
import type { StoredToken, TokenStorage } from '../credentials/token-storage.ts';
import { canonicalUrl } from './change-contexts.ts';
import { checkContextName, nameForHost } from './context-name.ts';
import {
  type ContextsFile,
  changeContextsFile,
  EMBEDDED,
  readContextsFile,
  type StoredContext,
} from './contexts-file.ts';

export interface Login {
  /** Name of the context; when absent the one that leads to the URL already, else made from its host. */
  name: string | undefined;
  url: string;
  token: string;
  ca: string | undefined;
  user: string;
  expiresAt: string | null;
  /** Whether it becomes the current context. */
  makeCurrent: boolean;
}

/** The name a login is going to be saved under. Throws `context_exists` when it leads elsewhere, `invalid_name`. */
export async function nameForLogin(
  rigHome: string,
  { name, url }: Pick<Login, 'name' | 'url'>,
): Promise<string> {
  return chooseName(await readContextsFile(rigHome), name, canonicalUrl(url));
}

/**
 * Saves a login as a context; the token it had before is forgotten here.
 * Throws `context_exists` when the name leads to another platform, `keyring_unavailable`, `config_unreadable`.
 */
export async function saveLogin(
  rigHome: string,
  login: Login,
  storage: TokenStorage,
): Promise<StoredContext> {
  const url = canonicalUrl(login.url);
  const name = await nameForLogin(rigHome, login);
  const stored = await storage.put(name, login.token);
  let replaced: StoredToken | undefined;
  const { user, expiresAt, ca } = login;
  const saved: StoredContext = { name, url, ...stored, user, expiresAt, ...(ca === undefined ? {} : { ca }) };
  try {
    await changeContextsFile(rigHome, (file) => {
      chooseName(file, name, url);
      const others = file.contexts.filter((context) => context.name !== name);
      replaced = file.contexts.find((context) => context.name === name);
      return {
        current: login.makeCurrent ? name : file.current,
        contexts: [...others, saved].toSorted((a, b) => order(file, a) - order(file, b)),
      };
    });
  } catch (error) {
    await storage.forget(stored);
    throw error;
  }
  if (replaced !== undefined) await storage.forget(replaced);
  return saved;
}

/** A context keeps its place in the list. */
function order({ contexts }: ContextsFile, { name }: StoredContext): number {
  const at = contexts.findIndex((context) => context.name === name);
  return at === -1 ? contexts.length : at;
}

function chooseName({ current, contexts }: ContextsFile, wanted: string | undefined, url: string): string {
  if (wanted === undefined) {
    const same = contexts.filter((context) => context.url === url);
    const known = same.find(({ name }) => name === current) ?? same[0];
    return (
      known?.name ??
      nameForHost(
        new URL(url),
        contexts.map(({ name }) => name),
      )
    );
  }
  checkContextName(wanted);
  const there = contexts.find(({ name }) => name === wanted);
  if (wanted === EMBEDDED || (there !== undefined && there.url !== url)) {
    const place = there?.url ?? 'the platform of this machine';
    throw new RigError('context_exists', `The context "${wanted}" leads to ${place}.`, {
      hint: 'Choose another name with --name, or leave it out.',
    });
  }
  return wanted;
}

/** Takes the token out of contexts, and answers what they held. */
export async function dropTokens(rigHome: string, names: readonly string[]): Promise<StoredContext[]> {
  let dropped: StoredContext[] = [];
  await changeContextsFile(rigHome, (file) => {
    dropped = file.contexts.filter(({ name }) => names.includes(name));
    const contexts = file.contexts.map((context) => {
      if (!names.includes(context.name)) return context;
      const { token: _, keyring: __, expiresAt: ___, ...rest } = context;
      return rest;
    });
    return { ...file, contexts };
  });
  return dropped;
}
