/** Columns of `browser_sessions`; times are RFC 3339. Neither half of the secret is kept itself. */
export interface BrowserSessionTable {
  id: string;
  user_id: string;
  /** The token it was begun with; null for that in the folder of the platform. */
  token_id: string | null;
  /** Which token in the folder of the platform it was, in hex; null for another one. */
  owner_digest: string | null;
  /** SHA-256 of the key of the page, in hex. */
  key_hash: string;
  /** SHA-256 of the cookie. */
  cookie_hash: string;
  browser: string;
  client: string;
  created_at: string;
  last_used_at: string;
  expires_at: string;
  ended_at: string | null;
}
