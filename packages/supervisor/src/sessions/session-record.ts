import type { SessionReport } from '@rig-ops/contract/supervisor-sessions';
import type { ProcessIdentity } from '../proc/process-identity.ts';

/** What is kept on disk about a session: enough to find what a dead supervisor has left running, and to say so. */
export interface SessionRecord {
  report: SessionReport;
  /** Null before it is known. */
  process: ProcessIdentity | null;
}
