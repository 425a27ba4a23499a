import { RigError } from '@rig-ops/contract/errors';
import { parsePlatformUrl } from '../http/endpoint.ts';
import { inFile, type TokenStorage } from '../credentials/token-storage.ts';
import { checkToken } from './check-token.ts';
import { checkContextName } from './context-name.ts';
import {
  changeContextsFile,
  EMBEDDED,
  readContextsFile,
  requireContext,
  type StoredContext,
} from './contexts-file.ts';

export interface NewContext {
  name: string;
  url: string;
  token: string;
  /** The authorities that may vouch for it, in PEM. */
  ca?: string | undefined;
}

/**
 * Remembers a platform. `store` puts the token where it is kept; into the file when absent. Throws
 * `invalid_name`, `invalid_input` (URL, token), `context_exists` or `config_unreadable`.
 */
export async function addContext(
  rigHome: string,
  { name, url, token, ca }: NewContext,
  store: TokenStorage = inFile,
): Promise<StoredContext> {
  checkContextName(name);
  const address = canonicalUrl(url);
  checkToken(token, 'The token');
  const refuseTaken = (contexts: readonly StoredContext[]) => {
    if (name !== EMBEDDED && contexts.every((context) => context.name !== name)) return;
    throw new RigError('context_exists', `There is a context "${name}" already.`);
  };
  refuseTaken((await readContextsFile(rigHome)).contexts);
  // Before the lock: somebody may have to unlock the keyring.
  const stored = await store.put(name, token);
  const added = { name, url: address, ...stored, ...(ca === undefined ? {} : { ca }) };
  try {
    await changeContextsFile(rigHome, (file) => {
      refuseTaken(file.contexts);
      return { ...file, contexts: [...file.contexts, added] };
    });
  } catch (error) {
    await store.forget(stored);
    throw error;
  }
  return added;
}

/** A URL as contexts keep it, so that two spellings of one are one. Throws `invalid_input`. */
export function canonicalUrl(url: string): string {
  return parsePlatformUrl(url).href.replace(/\/+$/, '');
}

/** Makes a context the current one. Throws `context_not_found` or `config_unreadable`. */
export async function useContext(rigHome: string, name: string): Promise<void> {
  await changeContextsFile(rigHome, (file) => {
    if (name !== EMBEDDED) requireContext(file.contexts, name);
    return { ...file, current: name };
  });
}

/** Gives a context another name. Throws `context_not_found`, `context_exists`, `invalid_name` or `invalid_input`. */
export async function renameContext(rigHome: string, from: string, to: string): Promise<void> {
  if (from === EMBEDDED) {
    throw new RigError('invalid_input', 'The context "embedded" keeps its name.', {
      hint: 'Only platforms that were added can be renamed: `rig context list`.',
    });
  }
  checkContextName(to);
  await changeContextsFile(rigHome, ({ current, contexts }) => {
    requireContext(contexts, from);
    if (to === EMBEDDED || (to !== from && contexts.some(({ name }) => name === to))) {
      throw new RigError('context_exists', `There is a context "${to}" already.`);
    }
    return {
      current: current === from ? to : current,
      contexts: contexts.map((context) => (context.name === from ? { ...context, name: to } : context)),
    };
  });
}

/**
 * Removes a context and answers what it was, for its keyring; the embedded one becomes current if it
 * was. Throws `context_not_found`, `invalid_input` or `config_unreadable`.
 */
export async function removeContext(rigHome: string, name: string): Promise<StoredContext> {
  if (name === EMBEDDED) {
    throw new RigError('invalid_input', 'The context "embedded" is always there and cannot be removed.', {
      hint: 'Run `rig platform stop` to stop the platform of this machine.',
    });
  }
  let removed: StoredContext | undefined;
  await changeContextsFile(rigHome, ({ current, contexts }) => {
    removed = requireContext(contexts, name);
    return {
      current: current === name ? EMBEDDED : current,
      contexts: contexts.filter((context) => context.name !== name),
    };
  });
  return removed as unknown as StoredContext;
}
