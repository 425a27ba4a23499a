import { RigClient } from '@rig-ops/client';
import { resolveTarget } from '@rig-ops/client/contexts';
import { chooseStorage, dropTokens, readContextsFile, type StoredContext } from '@rig-ops/client/login';
import { isRigError, type RigError, RigError as RigFailure, toErrorDocument } from '@rig-ops/contract/errors';
import type { Ui } from '@rig-ops/kit';

export interface LogoutSetting {
  rigHome: string;
  env: Readonly<Record<string, string | undefined>>;
  ui: Ui;
  signal: AbortSignal;
}

interface LoggedOut {
  context: string;
  /** Whether the platform will not take the token any more. */
  revoked: boolean;
}

/**
 * Revokes tokens on their platforms, and then removes them here whatever the platforms said. Throws
 * `unreachable` and its kin once all are removed, when one could not be revoked.
 */
export async function logOut(
  setting: LogoutSetting,
  which: string | undefined,
): Promise<{ loggedOut: { context: string; revoked: boolean }[] }> {
  const { rigHome, env, ui } = setting;
  const { current, contexts } = await readContextsFile(rigHome);
  const names = which === 'all' ? contexts.filter(isLoggedIn).map(({ name }) => name) : [which ?? current];
  const known = names.filter((name) => name !== 'embedded');
  for (const name of known) requireKnown(contexts, name);
  if (which !== 'all' && known.length === 0) {
    ui.print('The platform of this machine has no login to end.');
    return { loggedOut: [] };
  }
  const done: LoggedOut[] = [];
  const failures: RigError[] = [];
  for (const name of known) {
    const failure = await revoke(setting, name);
    if (failure !== null) failures.push(failure);
    done.push({ context: name, revoked: failure === null });
  }
  const { stopAgents } = await import('@rig-ops/client/agent');
  // What is connected with the token is not to be found by a later login.
  for (const name of known) await stopAgents(rigHome, name);
  const storage = chooseStorage({ env, attended: ui.interactive, choice: 'auto' });
  for (const dropped of await dropTokens(rigHome, known)) {
    const kept = await storage.forget(dropped);
    if (kept !== null) ui.warn(`The token of ${dropped.name} is still in the keyring: ${kept}`);
  }
  for (const { context, revoked } of done) if (revoked) ui.print(`Logged out of ${context}.`);
  const [first] = failures;
  if (first !== undefined) throw notRevoked(first, done);
  if (done.length === 0) ui.print('There was nothing to log out of.');
  return { loggedOut: done };
}

function isLoggedIn({ token, keyring }: StoredContext): boolean {
  return token !== undefined || keyring !== undefined;
}

function requireKnown(contexts: readonly StoredContext[], name: string): void {
  if (contexts.some((context) => context.name === name)) return;
  throw new RigFailure('context_not_found', `There is no context "${name}".`);
}

/** Null once the platform does not take the token any more, also when it did not before. */
async function revoke(
  { rigHome, env, ui, signal }: LogoutSetting,
  context: string,
): Promise<RigError | null> {
  const { RIG_URL: _, RIG_TOKEN: __, ...rest } = env;
  try {
    const resolved = await resolveTarget({ rigHome, env: rest, context, attended: ui.interactive });
    if (resolved.kind === 'embedded') return null;
    const client = new RigClient(resolved.target);
    try {
      await client.call('logout', { signal });
    } finally {
      await client.close();
    }
    return null;
  } catch (error) {
    signal.throwIfAborted();
    if (!isRigError(error)) throw error;
    return error.httpStatus === 401 && error.code !== 'keyring_unavailable' ? null : error;
  }
}

function notRevoked(cause: RigError, done: LoggedOut[]): RigError {
  const names = done.filter(({ revoked }) => !revoked).map(({ context }) => context);
  const { code, message } = toErrorDocument(cause);
  return RigFailure.fromDocument({
    code,
    message: `Removed the token of ${names.join(', ')} from this machine, but could not revoke it: ${message}`,
    hint: 'Have it revoked on the platform: `rig tokens list`, `rig tokens revoke`.',
    exitCode: cause.exitCode,
    details: { loggedOut: done },
  });
}
