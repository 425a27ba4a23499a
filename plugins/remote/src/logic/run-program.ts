import type { Readable } from 'node:stream';
import type { RigClient } from '@rig-ops/client';
import type { CommandParams } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import { Deadline } from './deadline.ts';
import { SignalForwarder, type SignalSource } from './forward-signals.ts';
import { forwardStdin } from './forward-stdin.ts';
import {
  type ByteSink,
  type LinkStatus,
  orAborted,
  type SessionEnded,
  SessionLink,
  type SessionLinkOptions,
} from '@rig-ops/wire/session-link';
import { requireProgramsEnd } from './session-words.ts';

export interface ProgramRun {
  /** `timeoutMs` counts from now, connecting included. */
  params: CommandParams;
  /** Null gives the program an empty stdin. */
  stdin: Readable | null;
  stdout: ByteSink;
  stderr: ByteSink;
  signals: SignalSource;
  /** Ends the session, as when nobody reads the output any more. */
  signal: AbortSignal;
  onRefused?: SessionLinkOptions['onRefused'];
  /** The connection was lost, or is back. */
  onStatus?: (status: LinkStatus) => void;
}

export type ProgramOutcome = SessionEnded & { session: string; instance: string };

/**
 * Runs a program in an instance and carries its streams and signals, over as many connections as it takes,
 * until it has ended and every byte of its output was taken.
 * @throws RigError before the program has started, what refused it; afterwards with `origin: "rig"` in its
 * details: `remote_connection_lost` without an exit status, `remote_protocol` when output is missing;
 * `remote_timeout` in either case
 */
export async function runProgram(rig: Pick<RigClient, 'connect'>, run: ProgramRun): Promise<ProgramOutcome> {
  run.signal.throwIfAborted();
  const { timeoutMs, ...params } = run.params;
  const deadline = new Deadline(timeoutMs);
  const { stdout, stderr, signal, onRefused, onStatus } = run;
  try {
    // Known before the session is asked for, so that what is left of the time is.
    await orAborted(Promise.race([rig.connect(), deadline.passed]), run.signal);
  } catch (error) {
    deadline.stop();
    throw error;
  }
  const { leftMs } = deadline;
  const link = new SessionLink({
    connect: () => rig.connect(),
    opening: { kind: 'command', params: { ...params, ...(leftMs !== undefined && { timeoutMs: leftMs }) } },
    stdout,
    stderr,
    signal,
    ...(onRefused === undefined ? {} : { onRefused }),
    ...(onStatus === undefined ? {} : { onStatus }),
  });
  // Whatever ends it first is told.
  link.outcome.catch(() => undefined);
  const giveUp = (reason: unknown) => link.close(reason);
  const signals = new SignalForwarder(run.signals, link, giveUp);
  let stopStdin: (() => void) | undefined;
  try {
    const accepted = await Promise.race([link.accepted, deadline.passed]).catch((error: unknown) => {
      giveUp(error);
      throw error;
    });
    signals.started();
    deadline.started(accepted, giveUp);
    if (run.stdin === null) link.end();
    else stopStdin = forwardStdin(run.stdin, link, giveUp);
    const outcome = await link.outcome;
    const { session, instance } = accepted;
    if ('exitCode' in outcome) {
      if (outcome.end === 'timeout') throw deadline.error(accepted);
      requireProgramsEnd(outcome, accepted);
      return { session, instance, ...outcome };
    }
    throw new RigError('remote_connection_lost', 'The session goes on without this client.', {
      hint: `To come back: rig sessions attach ${session}`,
      details: { origin: 'rig', session, instance },
    });
  } finally {
    deadline.stop();
    stopStdin?.();
    signals.stop();
  }
}
