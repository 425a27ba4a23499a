import type { TerminalSize } from '@rig-ops/contract/channels';
import type { Readable } from 'node:stream';
import type { ProcessIdentity } from '../proc/process-identity.ts';
import type { Outcome } from '../proc/spawn-program.ts';

/** A program of a session, whatever joins it to the supervisor. */
export interface SessionProgram {
  /** Also the number of its process group. */
  readonly identity: ProcessIdentity;
  readonly ended: Promise<Outcome>;
  readonly stdout: Readable;
  /** Null for a program with a terminal. */
  readonly stderr: Readable | null;
  /** Bytes go in order. Resolves when the kernel has them, with false when the program does not take any more. */
  write(bytes: Uint8Array): Promise<boolean>;
  /** Behind what was written. May be called again. */
  endInput(): void;
  /** Nothing happens without a terminal. */
  resize(size: TerminalSize): void;
  /** To its process group, or to the foreground of its terminal. */
  signal(name: NodeJS.Signals): void;
  /** Why it was not started after all, where that shows only at its end; null otherwise. */
  failure(): string | null;
  /** Lets go of everything; the program has ended. */
  close(): void;
}
