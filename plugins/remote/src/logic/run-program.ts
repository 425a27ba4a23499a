import type { Readable } from 'node:stream';
import type { RigClient } from '@rig-ops/client';
import type { CommandAccepted, CommandExit, CommandParams } from '@rig-ops/contract/channels';
import { toErrorDocument } from '@rig-ops/contract/errors';
import type { ByteSink } from './byte-sink.ts';
import { type Channel, streams } from './channel.ts';
import { Deadline } from './deadline.ts';
import { readAccepted, readExit } from './command-messages.ts';
import { SignalForwarder, type SignalSource } from './forward-signals.ts';
import { forwardStdin } from './forward-stdin.ts';
import { toSessionError } from './session-error.ts';

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
}

export type ProgramOutcome = CommandAccepted & CommandExit;

/**
 * Runs a program in an instance and carries its streams and signals until it has ended and every byte of
 * its output was taken.
 * @throws RigError before the program has started, what refused it; afterwards with `origin: "rig"` in its
 * details: `remote_connection_lost` without an exit status, `remote_protocol` when output is missing;
 * `remote_timeout` in either case
 */
export async function runProgram(rig: Pick<RigClient, 'connect'>, run: ProgramRun): Promise<ProgramOutcome> {
  run.signal.throwIfAborted();
  const { timeoutMs, ...params } = run.params;
  const deadline = new Deadline(timeoutMs);
  try {
    const connection = await Promise.race([rig.connect(), deadline.passed]);
    return await runIn(connection.open('command', params), run, deadline);
  } finally {
    deadline.stop();
  }
}

async function runIn(channel: Channel, run: ProgramRun, deadline: Deadline): Promise<ProgramOutcome> {
  // Asked for at once, so that the credit for it travels with the question.
  const output = Promise.all([
    carry(channel, streams.stdout, run.stdout),
    carry(channel, streams.stderr, run.stderr),
  ]);
  output.catch(() => undefined);
  const ending = Promise.withResolvers<never>();
  ending.promise.catch(() => undefined);
  const giveUp = (reason: unknown) => {
    channel.close(toErrorDocument(reason));
    ending.reject(reason);
  };
  const onAbort = () => giveUp(run.signal.reason);
  run.signal.addEventListener('abort', onAbort, { once: true });
  const signals = new SignalForwarder(run.signals, channel, giveUp);
  let stopStdin: (() => void) | undefined;
  try {
    const accepted = readAccepted(await Promise.race([channel.accepted, ending.promise, deadline.passed]));
    signals.started();
    deadline.started(channel, accepted, giveUp);
    if (run.stdin === null) channel.end(streams.stdin);
    else stopStdin = forwardStdin(run.stdin, channel, giveUp);
    const { session, instance } = accepted;
    const exit = awaitExit(channel, output).catch((error: unknown) => {
      throw toSessionError(error, { session, instance });
    });
    const outcome = await Promise.race([exit, ending.promise]);
    deadline.check();
    return { ...accepted, ...outcome };
  } finally {
    stopStdin?.();
    signals.stop();
    run.signal.removeEventListener('abort', onAbort);
    channel.close();
  }
}

/** @returns how many bytes were taken */
async function carry(channel: Channel, stream: number, sink: ByteSink): Promise<number> {
  let count = 0;
  for await (const bytes of channel.read(stream)) {
    count += bytes.length;
    await sink.take(bytes);
  }
  return count;
}

async function awaitExit(channel: Channel, output: Promise<[number, number]>): Promise<CommandExit> {
  const exit = await channel.exited;
  const [stdout, stderr] = await output;
  return readExit(exit, { stdout, stderr });
}
