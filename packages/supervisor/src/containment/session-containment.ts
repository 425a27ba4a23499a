import type { SessionReport } from '@rig-ops/contract/supervisor-sessions';
import type { ProcessIdentity } from '../proc/process-identity.ts';

/** Holds what a session starts, so that nothing of it outlives the session. */
export interface SessionContainment {
  readonly kind: SessionReport['containment'];
  /** The command that runs `argv` held. */
  enter(argv: readonly string[]): string[];
  /** Its first process runs. */
  begin(leader: ProcessIdentity): void;
  /** Sends a signal to everything in it. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** Ends everything in it by force, and resolves when nothing is left. */
  kill(): Promise<void>;
  /** Its first process has ended: SIGHUP to the rest, SIGKILL after `graceMs`. Resolves when nothing is left. */
  end(graceMs: number): Promise<void>;
  /** Nothing runs in it. */
  close(): void;
}
