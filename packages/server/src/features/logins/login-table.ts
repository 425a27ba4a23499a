/** Columns of `logins`; times are RFC 3339. Neither code is kept itself. */
export interface LoginTable {
  id: string;
  /** SHA-256 of the device code, in hex. */
  device_hash: string;
  /** SHA-256 of the user code. */
  code_hash: string;
  device_name: string;
  client: string;
  created_at: string;
  expires_at: string;
  /** Seconds there must be between two polls. */
  interval_s: number;
  polled_at: string | null;
  status: 'pending' | 'approved' | 'denied' | 'redeemed';
  /** Who approved it. */
  user_id: string | null;
}
