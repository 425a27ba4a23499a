import type { RollbackPart } from '@rig-ops/contract/resources';
import type { Generated } from 'kysely';
import type { DeployStepName } from './deploy-store.ts';

/** Columns of `deploys`; times are RFC 3339. */
export interface DeployTable {
  id: string;
  app_id: string;
  app_name: string;
  kind: 'deploy' | 'rollback' | 'config';
  status: 'running' | 'succeeded' | 'failed';
  step: DeployStepName | null;
  bundle_id: string;
  build_id: string | null;
  release_version: number | null;
  /** The release whose content a rollback reuses; null for a deploy. */
  rollback_to: number | null;
  /** The part of it that is reused; null for all. */
  rollback_only: RollbackPart | null;
  /** The set of variables that it makes the app's; null: it runs with what the app has. */
  config_id: string | null;
  message: string | null;
  /** JSON of `Source`; null when the client told nothing. */
  source: string | null;
  /** JSON of `RolloutState`; null for a deploy of an older rig. */
  rollout: string | null;
  /** JSON of `DeployBuildOptions` and of whether an artifact was reused; null for the usual way. */
  build_options: string | null;
  url: string | null;
  /** JSON of `ErrorDocument`, set before the clean-up begins; null while nothing failed. */
  error: string | null;
  created_by: string;
  created_at: string;
  step_started_at: string | null;
  ended_at: string | null;
}

/** Columns of `deploy_events`, numbered from 1 within a deploy. */
export interface DeployEventTable {
  deploy_id: string;
  seq: number;
  /** JSON of `DeployEventRecord`. */
  event: string;
}

/** Columns of `app_ports`: the port of each app at the edge, kept for the life of the app. */
export interface AppPortTable {
  app_id: string;
  port: number;
}

/** Columns of `deploy_locks`; times are RFC 3339. */
export interface DeployLockTable {
  app_id: string;
  owner: string;
  reason: string | null;
  since: string;
  /** When it ends by itself; null when it does not. */
  until: string | null;
}

/** Columns of `deploy_queue`, in the order they begin. */
export interface DeployQueueTable {
  seq: Generated<number>;
  id: string;
  app_id: string;
  /** JSON of `NewDeploy`. */
  deploy: string;
  /** When it gives up waiting, RFC 3339. */
  until: string;
}
