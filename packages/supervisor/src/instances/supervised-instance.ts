import type { InstanceReport } from '@rig-ops/contract/supervisor';

/** One instance, from its start to the removal of what is left of it, whatever it runs in. */
export interface SupervisedInstance {
  readonly report: InstanceReport;
  /** Nobody wants to hear of it any more. */
  readonly forgotten: boolean;
  /** Settles when it has ended. */
  readonly ended: Promise<void>;
  /** Asks it to end, and ends it by force after `graceMs`; a second stop can only shorten that. */
  stop(graceMs: number): void;
  /** Ends it by force if need be and removes what is left; resolves when it is gone, or after a bounded wait for its output. */
  forget(): Promise<void>;
  /** Lets go of it: it goes on, and its output waits. */
  release(): Promise<void>;
}
