import type { SessionReport } from '@rig-ops/contract/supervisor-sessions';
import type { HeldRecord } from '../containment/session-containment.ts';

/** What is kept on disk about a session: enough to find what a dead supervisor has left running, and to say so. */
export interface SessionRecord {
  report: SessionReport;
  /** Null once nothing of it is left. */
  held: HeldRecord | null;
}
