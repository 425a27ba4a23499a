import type { InstanceReport } from '@rig-ops/contract/supervisor';

/** What is kept on disk about an instance. */
export interface InstanceRecord {
  /** With an empty environment. */
  report: InstanceReport;
  /** From the last stop request; null when none came. */
  graceMs: number | null;
  /** Its user does not want to hear of it any more; what is left of it goes once its output is stored. */
  forgotten: boolean;
  /** Whether its log tells how it ended. */
  endTold: boolean;
  /** The pod that it has, and which run of its container; absent before, and elsewhere. */
  pod?: { pod: string; uid: string; run: number };
}
