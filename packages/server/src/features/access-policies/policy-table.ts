/** Columns of `access_policies`; neither a network nor an app is the whole platform. */
export interface AccessPolicyTable {
  network: string | null;
  app_id: string | null;
  /** JSON: an AccessPolicy. */
  policy: string;
  revision: number;
  updated_at: string;
  updated_by: string;
}
