import { RigError } from '@rig-ops/contract/errors';
import { parsePlatformUrl } from '../http/endpoint.ts';
import type { Target } from '../target.ts';
import { checkToken } from './check-token.ts';
import { EMBEDDED, readContextsFile } from './contexts-file.ts';

export type ResolvedTarget = { kind: 'remote'; target: Target } | { kind: 'embedded' };

export interface TargetChoice {
  rigHome: string;
  env: Readonly<Record<string, string | undefined>>;
  /** The context asked for on the command line. */
  context: string | undefined;
}

/**
 * Which platform a command talks to: RIG_URL with RIG_TOKEN, else the context asked for, else
 * RIG_CONTEXT, else the current context, else the embedded platform. An empty variable counts as unset.
 * Throws `not_authenticated`, `invalid_input`, `context_not_found` or `config_unreadable`.
 */
export async function resolveTarget({ rigHome, env, context }: TargetChoice): Promise<ResolvedTarget> {
  const given = fromEnvironment(env.RIG_URL || undefined, env.RIG_TOKEN || undefined);
  if (given !== undefined) return { kind: 'remote', target: given };
  const { current, contexts } = await readContextsFile(rigHome);
  const name = context ?? (env.RIG_CONTEXT || current);
  if (name === EMBEDDED) return { kind: 'embedded' };
  const found = contexts.find((candidate) => candidate.name === name);
  if (found === undefined) {
    const names = [EMBEDDED, ...contexts.map((candidate) => candidate.name)].join(', ');
    throw new RigError('context_not_found', `There is no context "${name}". There are: ${names}.`);
  }
  return { kind: 'remote', target: { name, url: found.url, token: found.token } };
}

function fromEnvironment(url: string | undefined, token: string | undefined): Target | undefined {
  if (url === undefined && token === undefined) return undefined;
  if (url === undefined || token === undefined) {
    const [set, unset] = url === undefined ? ['RIG_TOKEN', 'RIG_URL'] : ['RIG_URL', 'RIG_TOKEN'];
    throw new RigError('not_authenticated', `${set} is set, but ${unset} is not; they only work together.`, {
      hint: `Set ${unset} as well, or unset ${set} to use a context.`,
    });
  }
  parsePlatformUrl(url);
  checkToken(token, 'RIG_TOKEN');
  return { name: 'RIG_URL', url, token };
}
