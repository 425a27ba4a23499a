import type { Readable, Writable } from 'node:stream';
import type { RigClient } from '@rig-ops/client';
import type { PlatformEntries } from '@rig-ops/client/embedded';

/** The three streams of the process, or what a test gives instead. Raw-output commands write here. */
export interface StandardStreams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
}

/** State of one run of the command line: made by the core (or the test harness), read by commands. */
export interface Invocation {
  /** Joins the client's audit records with the platform's audit events. */
  readonly id: string;
  /** Whether stdout carries documents instead of text. */
  readonly machine: boolean;
  /** Aborted on Ctrl-C, SIGTERM, and when nobody reads stdout any more. */
  readonly signal: AbortSignal;
  readonly rigHome: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly platformEntries: PlatformEntries;
  /** Arguments Node needs to run the platform's programs as this process runs. */
  readonly nodeArguments: string[];
  readonly streams: StandardStreams;
  /** The context asked for on the command line or by the environment. */
  readonly chosenContext: string | undefined;
  /** Client of the platform; undefined before {@link Invocation.authenticate} and without a platform. */
  readonly client: RigClient | undefined;
  /** Finds the platform and makes `client`, once; `optional` leaves it undefined where none is to be had. */
  authenticate(need: 'required' | 'optional'): Promise<void>;
  /** Exit code of a command that succeeds with a non-zero code. */
  exitCode: number | undefined;
  /** How the command shows one record of the stream it returned; set by the command. */
  renderRecord: ((record: object) => string | Uint8Array | undefined) | undefined;
}

/** Several copies of this package in one process, which separately versioned plugins cause, share it. */
const key = Symbol.for('rig.invocation');
const holder = globalThis as { [key]?: Invocation };

/** The run that goes on; throws outside of one. */
export function currentInvocation(): Invocation {
  const invocation = holder[key];
  if (invocation === undefined) throw new Error('A rig command can only run inside rig or its test harness.');
  return invocation;
}

/** Makes an invocation the current one while `work` runs. */
export async function runAs<T>(invocation: Invocation, work: () => Promise<T>): Promise<T> {
  const before = holder[key];
  holder[key] = invocation;
  try {
    return await work();
  } finally {
    if (before === undefined) delete holder[key];
    else holder[key] = before;
  }
}
