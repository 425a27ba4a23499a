/** Columns of `log_drains`; times are RFC 3339. */
export interface LogDrainTable {
  name: string;
  /** `app/NAME` or `network/NAME`. */
  target: string;
  url: string;
  /** JSON object. */
  headers: string;
  /** PEM. */
  ca: string | null;
  allow_private: number;
  created_at: string;
}

/** Columns of `log_drain_positions`: how far each log was sent. */
export interface LogDrainPositionTable {
  drain: string;
  /** `apps/ID` or `edge/ID`: the folder of the log. */
  log: string;
  /** A cursor; empty for the beginning. */
  position: string;
}
