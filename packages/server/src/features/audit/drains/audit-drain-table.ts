/** Columns of `audit_drains`. */
export interface AuditDrainTable {
  name: string;
  url: string;
  /** JSON object; values are secrets. */
  headers: string;
  /** PEM. */
  ca: string | null;
  /** 0 or 1. */
  allow_private: number;
  /** The last record its receiver has taken. */
  position: number;
  created_at: string;
}
