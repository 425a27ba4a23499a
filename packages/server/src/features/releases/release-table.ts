import type { RollbackPart } from '@rig-ops/contract/resources';

/** Columns of `releases`; times are RFC 3339. */
export interface ReleaseTable {
  app_id: string;
  version: number;
  /** The deploy that makes it; unique, so that a resumed deploy finds its release again. */
  deploy_id: string;
  status: 'pending' | 'live' | 'superseded' | 'failed';
  build_id: string;
  bundle_id: string;
  detector: string;
  /** The set of variables it runs with; null for none. */
  config_id: string | null;
  /** JSON of `RuntimePlan`. */
  runtime: string;
  rollback_of: number | null;
  /** The part of it that it reuses; null for all. */
  rollback_only: RollbackPart | null;
  message: string | null;
  /** JSON of `Source`; null when the client told nothing. */
  source: string | null;
  created_by: string;
  created_at: string;
  /** When it last became live; null when it never did. */
  live_at: string | null;
  failure: string | null;
  /** JSON of `ReleaseRollout`; null for a release of an older rig. */
  rollout: string | null;
}

/** Columns of `release_tags`: names of releases, unique within an app. */
export interface ReleaseTagTable {
  app_id: string;
  name: string;
  version: number;
}
