/** Columns of `sessions`; times are RFC 3339. */
export interface SessionTable {
  id: string;
  kind: 'shell' | 'command';
  user_id: string;
  user: string;
  /** Null for the one in the folder of the platform. */
  token_id: string | null;
  /** Null in a network. */
  app_id: string | null;
  /** Its name when it began. */
  app: string | null;
  network: string;
  process: string | null;
  instance: string | null;
  release: number | null;
  /** JSON; without what looks like a secret. */
  argv: string;
  columns: number | null;
  rows: number | null;
  reason: string | null;
  detached: number;
  /** JSON of `SessionLimits`. */
  limits: string;
  containment: 'pid-namespace' | 'cgroup' | 'processes';
  /** Where its user came from, with what and in which request, as the audit log names them. */
  client: string;
  invocation_id: string | null;
  request_id: string | null;
  started_at: string;
  last_active_at: string;
  ended_at: string | null;
  exit_code: number | null;
  signal: string | null;
  end: string | null;
  stdin_bytes: number;
  stdout_bytes: number;
  stderr_bytes: number;
}
