import type { JobReport } from '@rig-ops/contract/supervisor';
import type { ProcessIdentity } from '../proc/process-identity.ts';

/** What is kept on disk about a job. */
export interface JobRecord {
  report: JobReport;
  /** Folder of its cgroup; null or absent where it has none. */
  cgroup?: string | null;
  /** As `JobSpec.folders`. */
  folders?: string[];
  /** Whether it runs in a container. */
  inContainer?: boolean;
  /** The step that runs: its spool files, and its process, which is also its group; null before it is known. */
  running: { name: string; spool: string; process: ProcessIdentity | null } | null;
}
