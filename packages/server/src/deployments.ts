import type { App, DeployEvent, DeployLock, Instance, Problem, Process } from '@rig-ops/contract/resources';
import type { ImagePlacement } from './engines/engine.ts';
import type { EngineMirror } from './engines/engine-mirror.ts';
import type { AppRecord } from './features/apps/app-store.ts';
import type { DeployRecord } from './features/deploys/deploy-store.ts';
import type { RouteHandlers } from './http/route-handlers.ts';

/** What runs of an app. */
export interface AppState {
  readonly url: App['url'];
  readonly release: App['release'];
  readonly status: App['status'];
  readonly processes: Process[];
  readonly instances: Instance[];
}

/** Where a session is wanted. */
export interface WantedTarget {
  readonly process?: string;
  /** As `web.1`. */
  readonly instance?: string;
  /** The live one when absent. */
  readonly release?: number;
  /** In a fresh one-off instance instead of one that runs. */
  readonly new?: boolean;
}

/** Where a session runs. */
export interface SessionTarget {
  /** Id of the instance it runs beside; null for a one-off, which has none. */
  readonly id: string | null;
  /** As `web.1`; that of a one-off begins with its process, too. */
  readonly name: string;
  readonly process: string;
  readonly release: number;
  readonly cwd: string;
  readonly env: Record<string, string>;
  /** For an engine of images; absent on another. */
  readonly image?: ImagePlacement;
}

/** An instance whose ports can be reached. */
export interface PortTarget {
  /** Id of the instance. */
  readonly id: string;
  /** As `web.1`. */
  readonly name: string;
  /** The port it was given as `PORT`; null for none. */
  readonly port: number | null;
  /** Whether that is a port of its image, and not of this machine. */
  readonly inImage: boolean;
}

/** What the rest of rigd asks of builds, deploys, releases and instances. */
export interface Deployments {
  readonly routes: Pick<
    RouteHandlers,
    | 'createDeploy'
    | 'createRollback'
    | 'promoteDeploy'
    | 'cancelDeploy'
    | 'listDeploys'
    | 'lockApp'
    | 'unlockApp'
    | 'cancelDeployById'
    | 'getDeploy'
    | 'getDomains'
    | 'changeDomains'
    | 'restartApp'
    | 'scaleApp'
    | 'getOperation'
    | 'getConfig'
    | 'changeConfig'
    | 'listReleases'
    | 'getRelease'
    | 'getReleaseContent'
    | 'tagRelease'
    | 'untagRelease'
    | 'pruneReleases'
    | 'listBuilds'
    | 'getBuild'
    | 'explainBuild'
    | 'cancelBuild'
  >;
  /** @throws RigError `deploy_not_found` */
  requireDeploy(deployId: string): Promise<void>;
  /** Events of a deploy from its beginning, leaving out the first `after`; ends behind `done`. */
  events(deployId: string, after: number, signal: AbortSignal): AsyncIterable<DeployEvent>;
  stateOf(app: AppRecord): Promise<AppState>;
  /** The lock that keeps others from deploying an app; null when there is none. */
  lockOf(app: AppRecord): Promise<DeployLock | null>;
  /** State and lock of every app: asked once for all of them. */
  states(): Promise<(app: AppRecord) => AppState & { lock: DeployLock | null }>;
  /** Deploys that have not ended, oldest first; those that wait come last. */
  underWay(): Promise<DeployRecord[]>;
  /** What is wrong with apps and engine. */
  problems(): Promise<Problem[]>;
  /** The app that a build belongs to; undefined for an unknown build. */
  appOfBuild(buildId: string): Promise<AppRecord | undefined>;
  /** The app that a deploy belongs to; undefined for an unknown deploy. */
  appOfDeploy(deployId: string): Promise<AppRecord | undefined>;
  /** Resolves when the build has ended, at once when it has already; rejects when `signal` aborts. */
  buildEnded(buildId: string, signal: AbortSignal): Promise<void>;
  /**
   * The running instances in which a port is looked for, in this order.
   * @throws RigError `process_not_found`, `instance_not_found`
   */
  portTargets(
    app: AppRecord,
    wanted: { process?: string | undefined; instance?: string | undefined },
  ): Promise<PortTarget[]>;
  /** @throws RigError `process_not_found`, `instance_not_found`, `release_not_found`, `release_incomplete` */
  resolveSession(app: AppRecord, wanted: WantedTarget): Promise<SessionTarget>;
  /** URL by name of every app of a network. */
  neighboursIn(network: string): Promise<ReadonlyMap<string, string>>;
  /** What the engine tells of what runs. */
  readonly mirror: EngineMirror;
  /** Ends and removes instances, builds, artifacts and build logs of an app. May be repeated. */
  destroyApp(app: AppRecord): Promise<void>;
  /** Goes on with what was under way when rigd ended. */
  start(): Promise<void>;
  /** Lets go of timers and connections; what runs goes on. */
  stop(): Promise<void>;
}
