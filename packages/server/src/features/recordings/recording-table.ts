/** Columns of `recordings`; times are RFC 3339. */
export interface RecordingTable {
  session: string;
  /** Name of the file in the folder of recordings. */
  file: string;
  state: 'recording' | 'kept' | 'failed' | 'removed';
  /** What it takes on disk; 0 while it is written and once it is removed. */
  bytes: number;
  sha256: string | null;
  truncated: 0 | 1;
  failure: string | null;
  started_at: string;
  ended_at: string | null;
}
