/** Columns of `approvals`; times are RFC 3339. */
export interface ApprovalTable {
  id: string;
  user_id: string;
  user: string;
  kind: string;
  network: string;
  app_id: string | null;
  /** As `app/shop`. */
  target: string;
  /** Hex SHA-256 of everything the approval holds for. */
  digest: string;
  /** JSON, for people: without what looks like a secret. */
  argv: string;
  /** JSON, for people. */
  details: string;
  reason: string | null;
  state: 'pending' | 'approved' | 'denied' | 'used' | 'expired';
  created_at: string;
  expires_at: string;
  decided_at: string | null;
  decided_by_id: string | null;
  decided_by: string | null;
  decision_reason: string | null;
}
