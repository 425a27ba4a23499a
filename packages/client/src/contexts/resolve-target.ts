import { RigError } from '@rig-ops/contract/errors';
import { parsePlatformUrl } from '../http/endpoint.ts';
import { proxyFor } from '../http/proxy-choice.ts';
import type { RemotePlace, Target } from '../target.ts';
import { checkToken } from './check-token.ts';
import { EMBEDDED, readContextsFile, requireContext, type StoredContext } from './contexts-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export type ResolvedTarget = { kind: 'remote'; target: Target & RemotePlace } | { kind: 'embedded' };

export interface TargetChoice {
  rigHome: string;
  env: Environment;
  /** The context asked for on the command line. */
  context: string | undefined;
  /** Whether somebody is there to unlock a keyring. */
  attended?: boolean;
}

/**
 * Which platform a command talks to: RIG_URL with RIG_TOKEN, else the context asked for, else
 * RIG_CONTEXT, else the current context, else the embedded platform. An empty variable counts as unset.
 * Throws `not_authenticated`, `keyring_unavailable`, `invalid_input`, `context_not_found` or
 * `config_unreadable`.
 */
export async function resolveTarget(choice: TargetChoice): Promise<ResolvedTarget> {
  const { rigHome, env, context } = choice;
  const given = await fromEnvironment(env);
  if (given !== undefined) return { kind: 'remote', target: given };
  const { current, contexts } = await readContextsFile(rigHome);
  const name = context ?? (env.RIG_CONTEXT || current);
  if (name === EMBEDDED) return { kind: 'embedded' };
  const found = requireContext(contexts, name);
  const token = await tokenOf(found, choice);
  const place = await placeFor(found.url, found.ca, env);
  const credentials = found.keyring === undefined ? 'file' : 'keyring';
  return { kind: 'remote', target: { name, token, credentials, ...place } };
}

async function tokenOf(context: StoredContext, { env, attended = false }: TargetChoice): Promise<string> {
  const hint = `Run \`rig login ${context.url}\`.`;
  if (context.keyring === undefined) {
    if (context.token !== undefined) return context.token;
    throw new RigError('not_authenticated', `You are logged out of "${context.name}".`, { hint });
  }
  // Only who keeps a token in the keyring pays for it.
  const { systemKeyring } = await import('../credentials/keyring.ts');
  const token = await systemKeyring(env, attended).read(context.keyring);
  if (token !== null) return token;
  throw new RigError('not_authenticated', `The keyring has no token for "${context.name}" any more.`, {
    hint,
  });
}

/**
 * The way to a URL: the proxy the environment names, and the authorities to trust, of which RIG_CA has
 * the last word. Throws `invalid_input` or `config_unreadable`.
 */
export async function placeFor(url: string, ca: string | undefined, env: Environment): Promise<RemotePlace> {
  const proxy = proxyFor(parsePlatformUrl(url), env);
  const authority = env.RIG_CA ? await readRigCa(env.RIG_CA) : ca;
  return {
    url,
    ...(authority === undefined ? {} : { ca: authority }),
    ...(proxy === undefined ? {} : { proxy }),
  };
}

async function readRigCa(path: string): Promise<string> {
  const { readAuthorityFile } = await import('../http/authority-file.ts');
  return await readAuthorityFile(path, 'RIG_CA');
}

async function fromEnvironment(env: Environment): Promise<(Target & RemotePlace) | undefined> {
  const url = env.RIG_URL || undefined;
  const token = env.RIG_TOKEN || undefined;
  if (url === undefined && token === undefined) return undefined;
  if (url === undefined || token === undefined) {
    const [set, unset] = url === undefined ? ['RIG_TOKEN', 'RIG_URL'] : ['RIG_URL', 'RIG_TOKEN'];
    throw new RigError('not_authenticated', `${set} is set, but ${unset} is not; they only work together.`, {
      hint: `Set ${unset} as well, or unset ${set} to use a context.`,
    });
  }
  const place = await placeFor(url, undefined, env);
  checkToken(token, 'RIG_TOKEN');
  return { name: 'RIG_URL', token, credentials: 'environment', ...place };
}
