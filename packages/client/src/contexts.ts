import { RigError } from '@rig-ops/contract/errors';
import { changeContextsFile, EMBEDDED, readContextsFile } from './contexts/contexts-file.ts';
import { checkToken } from './contexts/check-token.ts';
import { parsePlatformUrl } from './http/endpoint.ts';

export { resolveTarget } from './contexts/resolve-target.ts';

/** A context without its token. */
export interface ContextEntry {
  name: string;
  kind: 'embedded' | 'remote';
  /** Null for the embedded platform. */
  url: string | null;
  current: boolean;
}

/** `NAME_PATTERN` of contract, repeated because the resources it lives with load a schema library. */
const namePattern = /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** Every context, the embedded one first. Throws `config_unreadable`. */
export async function loadContexts(rigHome: string): Promise<ContextEntry[]> {
  const { current, contexts } = await readContextsFile(rigHome);
  return [
    { name: EMBEDDED, kind: 'embedded', url: null, current: current === EMBEDDED },
    ...contexts.map(({ name, url }) => ({
      name,
      kind: 'remote' as const,
      url,
      current: name === current,
    })),
  ];
}

/** Throws `invalid_name`, `invalid_input` (URL, token), `context_exists` or `config_unreadable`. */
export async function addContext(
  rigHome: string,
  { name, url, token }: { name: string; url: string; token: string },
): Promise<void> {
  if (!namePattern.test(name)) {
    throw new RigError('invalid_name', `"${name}" cannot be the name of a context.`);
  }
  const address = parsePlatformUrl(url).href.replace(/\/+$/, '');
  checkToken(token, 'The token');
  await changeContextsFile(rigHome, (file) => {
    if (name === EMBEDDED || file.contexts.some((context) => context.name === name)) {
      throw new RigError('context_exists', `There is a context "${name}" already.`);
    }
    return { ...file, contexts: [...file.contexts, { name, url: address, token }] };
  });
}

/** Makes a context the current one. Throws `context_not_found` or `config_unreadable`. */
export async function useContext(rigHome: string, name: string): Promise<void> {
  await changeContextsFile(rigHome, (file) => {
    if (name !== EMBEDDED) requireContext(file.contexts, name);
    return { ...file, current: name };
  });
}

/** Removes a context; the embedded one becomes current if it was. Throws `context_not_found`, `invalid_input` or `config_unreadable`. */
export async function removeContext(rigHome: string, name: string): Promise<void> {
  if (name === EMBEDDED) {
    throw new RigError('invalid_input', 'The context "embedded" is always there and cannot be removed.', {
      hint: 'Run `rig platform stop` to stop the platform of this machine.',
    });
  }
  await changeContextsFile(rigHome, ({ current, contexts }) => {
    requireContext(contexts, name);
    return {
      current: current === name ? EMBEDDED : current,
      contexts: contexts.filter((context) => context.name !== name),
    };
  });
}

function requireContext(contexts: readonly { name: string }[], name: string): void {
  if (contexts.some((context) => context.name === name)) return;
  const names = [EMBEDDED, ...contexts.map((context) => context.name)].join(', ');
  throw new RigError('context_not_found', `There is no context "${name}". There are: ${names}.`);
}
