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
    const found = await resolveTarget({ rigHome, env, context: chosenContext });
    const target = found.kind === 'remote' ? found.target : await embeddedTarget(run, need);
    if (target === undefined) return;
    run.contextName = target.name;
    const { RigClient } = await import('@rig-ops/client');
    run.invocation.client = new RigClient({ ...target, invocationId: id });
  },
};

async function embeddedTarget(run: Run, need: 'required' | 'optional') {
  const { embeddedStatus, ensureEmbedded } = await import('@rig-ops/client/embedded');
  const { rigHome, platformEntries, nodeArguments, version, streams, signal } = run.invocation;
  if (need === 'optional' && !(await embeddedStatus(rigHome)).running) return undefined;
  return await ensureEmbedded({
    rigHome,
    entries: platformEntries,
    nodeArguments,
    version,
    onNote: (text) => streams.stderr.write(`${text}\n`),
    signal,
  });
}
