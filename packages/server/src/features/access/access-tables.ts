/** Columns of `users`; times are RFC 3339. */
export interface UserTable {
  id: string;
  name: string;
  kind: 'user' | 'service';
  created_at: string;
  created_by: string;
  disabled_at: string | null;
}

/** Columns of `tokens`; times are RFC 3339. */
export interface TokenTable {
  id: string;
  user_id: string;
  name: string;
  /** SHA-256 of the token, in hex. The token itself is kept nowhere. */
  hash: string;
  hint: string;
  created_at: string;
  created_by: string;
  expires_at: string | null;
  last_used_at: string | null;
  revoked_at: string | null;
}

/** Columns of `bindings`; neither a network nor an app is the whole platform. */
export interface BindingTable {
  id: string;
  user_id: string;
  role: string;
  network: string | null;
  app_id: string | null;
  created_at: string;
  created_by: string;
}
