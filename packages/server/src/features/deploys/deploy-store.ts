import type { ErrorDocument } from '@rig-ops/contract/errors';
import type { DeployStep, RollbackPart, Source } from '@rig-ops/contract/resources';
import type { ExpectedState } from './require-expected.ts';
import type { RolloutState } from '../rollouts/rollout-state.ts';
import type { Page, PageQuery } from '../../store/page.ts';

export type DeployStepName = DeployStep;

/** What is asked of the build of a deploy. */
export interface DeployBuildOptions {
  /** Builds although there is an artifact of the same inputs. */
  rebuild: boolean;
  /** Whether the build may use what earlier builds have left. */
  cache: boolean;
  /** The image that is there already; absent where one is built. */
  image?: string;
}

export interface NewDeploy {
  id: string;
  appId: string;
  appName: string;
  /** `config` makes a release of what is live with other variables. */
  kind: 'deploy' | 'rollback' | 'config';
  bundleId: string;
  /** The build of the release a rollback returns to, or of the live one; null for a deploy. */
  buildId: string | null;
  rollbackTo: number | null;
  /** The part that a rollback takes from that release; all of it when absent. */
  rollbackOnly?: RollbackPart | null;
  /** The set of variables that becomes the app's with it; null: it runs with what the app has. */
  configId: string | null;
  message: string | null;
  /** Null when the client told nothing, and for a rollback. */
  source: Source | null;
  /** How it is to switch over; as the release says when absent. */
  rollout?: RolloutState;
  /** The usual way when absent. */
  buildOptions?: DeployBuildOptions | null;
  createdBy: string;
  createdAt: string;
}

/** One deploy; times are RFC 3339. */
export interface DeployRecord extends NewDeploy {
  rollout: RolloutState;
  /** Whether the artifact of an earlier build was taken. */
  reusedBuild: boolean;
  /** `queued` waits for its turn. */
  status: 'queued' | 'running' | 'succeeded' | 'failed';
  step: DeployStepName | null;
  stepStartedAt: string | null;
  release: number | null;
  url: string | null;
  /** Why it fails; set while it still cleans up. */
  error: ErrorDocument | null;
  endedAt: string | null;
}

/** One event of a deploy, with the deploy as it was right after it. */
export type DeployEventRecord = { at: string; deploy: DeployRecord } & (
  | {
      type: 'step';
      step: DeployStepName;
      status: 'started' | 'succeeded' | 'failed';
      durationMs?: number;
    }
  | { type: 'build-step'; name: string; status: 'started' | 'succeeded' | 'failed'; durationMs?: number }
  | { type: 'build-queued'; position: number }
  | { type: 'note'; message: string }
  | { type: 'done' }
);

export interface BuildStepChange {
  name: string;
  status: 'started' | 'succeeded' | 'failed';
  durationMs?: number;
}

/** A deploy that waits for its turn. */
export interface QueuedDeploy {
  deploy: NewDeploy;
  /** When it gives up waiting, RFC 3339. */
  until: string;
}

/** Where deploys and their events are remembered. Each call is one transaction. */
export interface DeployStore {
  /**
   * Begins a deploy, which leaves the queue at the same moment.
   * @throws RigError `deploy_in_progress` when the app has a running one, `app_locked` when it has a lock of
   *   somebody else, where `details.holder` says which; `plan_stale` when the app is not as expected
   */
  create(deploy: NewDeploy, at: string, expected?: ExpectedState): Promise<DeployRecord>;
  /** Queues a deploy behind those of its app that wait already. */
  enqueue(queued: QueuedDeploy): Promise<DeployRecord>;
  /** Those that wait in the order they begin; of one app, or of all. */
  queued(appId?: string): Promise<QueuedDeploy[]>;
  /** Ends one that waits without having begun it; does nothing when it waits no more. */
  refuse(id: string, error: ErrorDocument, at: string): Promise<void>;
  /** Also one that is queued. */
  get(id: string): Promise<DeployRecord | null>;
  /** All that have begun and not ended, oldest first. */
  running(): Promise<DeployRecord[]>;
  /** The deploys of an app that have begun, newest first. */
  page(appId: string, query: PageQuery): Promise<Page<DeployRecord>>;
  /**
   * Moves on to a step: the one before has succeeded. Repeating it changes nothing.
   * @throws RigError `cancelled` when somebody has asked to end it, and its release is not live
   */
  enterStep(id: string, step: DeployStepName, at: string): Promise<DeployRecord>;
  setBuild(id: string, buildId: string, how: { reused: boolean }): Promise<void>;
  setRelease(id: string, version: number): Promise<void>;
  /** Notes how far its rollout is, and tells it if there is something to tell, at once. */
  setRollout(
    id: string,
    change: Partial<RolloutState>,
    told?: { message: string; at: string },
  ): Promise<DeployRecord>;
  /** Its build waits for its turn: 1 is the next. */
  addBuildPosition(id: string, position: number, at: string): Promise<void>;
  /**
   * Notes that it is to end; who asked first stays.
   * @throws RigError `deploy_not_cancellable` when it has ended, or goes live in this moment
   */
  requestCancel(id: string, user: string): Promise<DeployRecord>;
  addBuildStep(id: string, change: BuildStepChange, at: string): Promise<void>;
  /** Notes why it fails, before anything is cleaned up. The first error stays. */
  setError(id: string, error: ErrorDocument): Promise<DeployRecord>;
  /** Ends it: `failed` when there is an error, else `succeeded` with `url`. Repeating it changes nothing. */
  finish(id: string, end: { url: string | null; at: string }): Promise<DeployRecord>;
  /**
   * Ends it as failed and begins the next deploy of the app, if there is one, at once: nobody comes between.
   * Repeating it changes nothing.
   * @returns the next one; null when this one had ended before
   */
  failInto(
    id: string,
    end: { error: ErrorDocument; at: string },
    next: NewDeploy | null,
  ): Promise<DeployRecord | null>;
  /** Events from the `after`-th on, in order. */
  events(id: string, after: number): Promise<DeployEventRecord[]>;
}
