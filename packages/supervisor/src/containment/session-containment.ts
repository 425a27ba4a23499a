import type { IsolationReport } from '@rig-ops/contract/supervisor';
import type { ProcessIdentity } from '../proc/process-identity.ts';
import type { Program } from '../proc/spawn-program.ts';

/** What is kept on disk of what a session starts, to find it again. */
export interface HeldRecord {
  id: string;
  /** Folder of its cgroup; null where it has none. */
  cgroup: string | null;
  /** Its first process; null before it is known. */
  leader: ProcessIdentity | null;
  /** Name of the container that it is in, or that is its own; absent for one of this machine. */
  container?: string;
  /** The pod that it is in, or that is its own; absent elsewhere. */
  pod?: HeldPod;
  /** Whom it runs as in the container of an instance; absent for the user of that one. */
  user?: string;
}

export interface HeldPod {
  cluster: string;
  /** Id of the platform: by which what is there of it is known. */
  platform: string;
  namespace: string;
  pod: string;
  container: string;
  /** Whether it was made for the session. */
  own: boolean;
}

/** Everything that a session starts, so that all of it can be ended. */
export interface SessionContainment {
  /** `processes` is the one that a program can leave: by group, descent and its mark in the environment. */
  readonly kind: IsolationReport['sessions'];
  readonly record: HeldRecord;
  /** The program to start in place of the given one: it enters its place and becomes it. May be asked for several. */
  prepare(program: Program): Promise<Program>;
  /** To be told of the first program that was started. */
  begun(leader: ProcessIdentity): void;
  /** Whether nothing of it runs. */
  isEmpty(): Promise<boolean>;
  /** Sends a signal to all of them; one that was stopped is continued, to take it. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** Ends all of them by force, and resolves when none runs. */
  kill(): Promise<void>;
  /** Lets go of it, once nothing of it runs. */
  close(): void;
}
