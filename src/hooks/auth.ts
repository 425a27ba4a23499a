import { isRigError, type RigError } from '@rig-ops/contract/errors';
import { ExitCode } from '@rig-ops/contract/exit-codes';
import type { AgentOptions } from '@rig-ops/client';
import type { Run, RunHook } from '../run.ts';

/**
 * Finds the platform a command talks to and makes its client: RIG_URL with RIG_TOKEN, then `--context`
 * or RIG_CONTEXT, then the current context, then the embedded platform, which is started where a
 * command cannot do without.
 */
export const authHook: RunHook = {
  flags: [
    {
      name: 'context',
      takesValue: true,
      helpValue: 'NAME',
      description: 'Which platform to talk to, for this command alone.',
    },
  ],

  onCommand(run) {
    const given = run.given.context ?? run.invocation.env.RIG_CONTEXT;
    run.invocation.chosenContext = typeof given === 'string' && given !== '' ? given : undefined;
    run.contextName = run.invocation.chosenContext;
  },

  async onConnect(run, need) {
    const { resolveTarget } = await import('@rig-ops/client/contexts');
    const { rigHome, env, id, chosenContext } = run.invocation;
    const attended = isAttended(run);
    const choice = { rigHome, env, context: chosenContext, attended };
    const found = await resolveTarget(choice).catch(async (error: unknown) => {
      if (!attended || !isRigError(error) || error.exitCode !== ExitCode.notAuthenticated) throw error;
      await renewLogin(run, error, undefined);
      return await resolveTarget(choice);
    });
    const target = found.kind === 'remote' ? found.target : await embeddedTarget(run, need);
    if (target === undefined) return;
    run.contextName = target.name;
    const { RigClient } = await import('@rig-ops/client');
    const renewable = target.credentials === 'file' || target.credentials === 'keyring';
    const renewToken = async (failure: RigError) => {
      // Another command may have logged in since, or what keeps the token has put a fresh one there.
      const now = await resolveTarget(choice).catch(() => undefined);
      if (now?.kind === 'remote' && now.target.token !== run.invocation.client?.target.token) {
        return now.target.token;
      }
      if (!attended) throw failure;
      return await renewLogin(run, failure, target.name);
    };
    run.invocation.client = new RigClient(
      { ...target, invocationId: id },
      { ...(renewable ? { renewToken } : {}), ...(await sharing(run, found.kind === 'remote')) },
    );
  },
};

/** Commands share a connection where more than one may come: not in a job of CI, and not where `RIG_AGENT` says off. */
async function sharing({ invocation }: Run, isRemote: boolean): Promise<{ agent?: AgentOptions }> {
  const { env, nodeArguments, rigHome, version } = invocation;
  const choice = env.RIG_AGENT ?? (env.CI ? 'off' : 'on');
  if (!isRemote || choice === 'off') return {};
  const { agentEntry } = await import('../platform-entries.ts');
  return { agent: { rigHome, version, entry: agentEntry(), nodeArguments } };
}

/** Whether somebody can be asked; streams are looked at only where it matters, for opening stdin costs. */
function isAttended({ invocation: { machine, env, streams } }: Run): boolean {
  return !machine && !env.CI && streams.stderr.isTTY === true && streams.stdin.isTTY === true;
}

/** Offers a login at once, and answers the token that comes of it. */
async function renewLogin(run: Run, failure: RigError, context: string | undefined): Promise<string> {
  const { offerLogin } = await import('../logic/login/offer-login.ts');
  const { TerminalUi } = await import('@rig-ops/kit');
  const { rigHome, env, signal, chosenContext } = run.invocation;
  const ui = new TerminalUi(run.invocation);
  return await offerLogin({ rigHome, env, ui, signal, context: context ?? chosenContext }, failure);
}

async function embeddedTarget(run: Run, need: 'required' | 'optional') {
  const { ensureEmbedded, findEmbedded } = await import('@rig-ops/client/embedded');
  const { rigHome, platformEntries, nodeArguments, version, streams, signal } = run.invocation;
  const onNote = (text: string) => void streams.stderr.write(`${text}\n`);
  if (need === 'optional') return await findEmbedded({ rigHome, version, onNote });
  return await ensureEmbedded({ rigHome, entries: platformEntries, nodeArguments, version, onNote, signal });
}
