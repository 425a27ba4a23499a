import type { Command, Config } from '@oclif/core';
import type { ErrorDocument } from '@rig-ops/contract/errors';
import type { Invocation } from '@rig-ops/kit';
import type { Query } from './hooks/query.ts';
import type { OutputFormat } from './hooks/output-format.ts';
import type { GivenFlags, GlobalFlag } from './global-flags.ts';
import type { ResultStdout } from './result-stdout.ts';

/** One call of the command line, from its first word to its exit code. Made by `main`, filled as it goes on. */
export interface Run {
  readonly id: string;
  /** As typed, without the program. */
  readonly argv: readonly string[];
  readonly startedAt: Date;
  readonly rigHome: string;
  readonly abort: AbortController;
  /** What commands of rig see of this run. */
  readonly invocation: { -readonly [K in keyof Invocation]: Invocation[K] };
  /** Global flags the user gave; before the command is known, as far as they can be told. */
  given: GivenFlags;
  config: Config | undefined;
  command: Command.Loadable | undefined;
  /** Whether the command is one of rig's own kind; false until it was loaded. */
  ownKind: boolean;
  /** Whether a hook of a plugin hangs, which must not keep the process. */
  abandonsHook: boolean;
  /** Name of the platform the run talks to, once known. */
  contextName: string | undefined;
  /** What the run failed with. */
  failure: ErrorDocument | undefined;
  /** Whether people need no words about the failure: they pressed Ctrl-C themselves. */
  quiet: boolean;
  /** The signal that ended it. */
  interruptedBy: NodeJS.Signals | undefined;
  /** How the result and an error are written. */
  format: OutputFormat;
  /** What of the result is written; undefined for all of it. */
  query: Query | undefined;
  readonly stdout: ResultStdout;
}

/**
 * One of the steps that apply to every command, ours or a stranger's. `main` calls them in order; they
 * are not hooks of oclif, which runs those of all plugins at once and swallows what they throw.
 */
export interface RunHook {
  /** Flags this step takes out of every command line. */
  readonly flags: readonly GlobalFlag[];
  /** Before anything is loaded. */
  onBegin?(run: Run): void;
  /** The command (or its absence) and the global flags are known. */
  onCommand?(run: Run): void | Promise<void>;
  /** A command asks for its platform. */
  onConnect?(run: Run, need: 'required' | 'optional'): Promise<void>;
  /** The command returned. */
  onResult?(run: Run, result: unknown): Promise<void>;
  /** It failed; `run.failure` says how. Also called after a stream was begun. */
  onFailure?(run: Run): Promise<void>;
  /** The process ends now; nothing asynchronous can happen any more. */
  onExit?(run: Run, exitCode: number): void;
}
