import { RigError } from '@rig-ops/contract/errors';
import { SessionLink } from '@rig-ops/wire/session-link';
import type { TerminalSetting } from './run-in-terminal.ts';
import { leftLine } from './session-words.ts';
import { LocalTerminal } from './terminal/local-terminal.ts';
import type { TerminalRun } from './terminal/run-terminal.ts';

/** A session that goes on without this client. */
export interface LeftSession {
  /** Id of the session. */
  session: string;
  /** Where it runs, as `web.1`; empty in a network. */
  instance: string;
}

/** Begins a session and leaves it at once. */
export async function beginDetached(
  { rig, streams, env, ui, signal }: TerminalSetting,
  opening: TerminalRun['opening'],
): Promise<LeftSession> {
  const nothing = { take: async () => undefined };
  const { kind, params } = opening(new LocalTerminal(streams, env).description);
  const link = new SessionLink({
    connect: () => rig.connect(),
    opening: { kind, params: { ...params, detach: true } } as ReturnType<TerminalRun['opening']>,
    stdout: nothing,
    stderr: nothing,
    signal,
  });
  const { session, instance, limits } = await link.accepted;
  link.control({ type: 'detach' });
  const outcome = await link.outcome;

  if ('exitCode' in outcome) {
    throw new RigError('remote_not_started', `The shell ended at once, with exit code ${outcome.exitCode}.`);
  }
  ui.print(session);
  ui.note(leftLine(session, limits));
  return { session, instance };
}
