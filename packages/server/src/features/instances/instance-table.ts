/** Columns of `instances`: what ought to run; what does run, the engine tells. */
export interface InstanceTable {
  id: string;
  app_id: string;
  release_version: number;
  process: string;
  /** 1, 2, … within the process of a release. */
  ordinal: number;
  /** 1, 2, … within its place: a later one takes the place of an earlier one that still runs. */
  turn: number;
  /** Where `web` is told to listen; null for other processes. */
  port: number | null;
  /** Address that answered the health check; null before. */
  host: string | null;
  desired: 'run' | 'drain' | 'stop';
  health: 'unknown' | 'healthy' | 'unhealthy';
  restarts: number;
  created_at: string;
  /** Until when one that drains is kept running; RFC 3339. */
  keep_until: string | null;
}
