import type { JobReport } from '@rig-ops/contract/supervisor';
import type { ProcessIdentity } from '../proc/process-identity.ts';

/** What is kept on disk about a job. */
export interface JobRecord {
  report: JobReport;
  /** The step that runs: its spool files, and its process, which is also its group; null before it is known. */
  running: { name: string; spool: string; process: ProcessIdentity | null } | null;
}
