/** Columns of `builds`; times are RFC 3339. */
export interface BuildTable {
  id: string;
  app_id: string;
  bundle_id: string;
  /** Folder of the app that was asked for; `.` leaves it to rig.toml. */
  root: string;
  /** What recognised the source; null before detection. */
  detector: string | null;
  status: 'pending' | 'running' | 'succeeded' | 'failed';
  /** JSON of `Plan`; null before detection. */
  plan: string | null;
  /** JSON of `BuildStepRecord[]`. */
  steps: string;
  /** JSON of `BuildImage`; null where there is none. */
  image: string | null;
  /** JSON of `ErrorDocument`; null unless it failed. */
  failure: string | null;
  /** As `BuildRecord.inputs`. */
  inputs: string | null;
  /** As `BuildRecord.toolchain`. */
  toolchain: string | null;
  install_from_cache: number;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
}
