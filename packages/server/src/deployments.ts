import type { App, DeployEvent, DeployLock, Instance, Problem, Process } from '@rig-ops/contract/resources';
import type { AppRecord } from './features/apps/app-store.ts';
import type { RouteHandlers } from './http/route-handlers.ts';

/** What runs of an app. */
export interface AppState {
  readonly url: App['url'];
  readonly release: App['release'];
  readonly status: App['status'];
  readonly processes: Process[];
  readonly instances: Instance[];
}

/** Where a command runs. */
export interface CommandTarget {
  /** Id of the instance. */
  readonly id: string;
  /** As `web.1`. */
  readonly name: string;
  readonly cwd: string;
  readonly env: Record<string, string>;
}

/** An instance whose ports can be reached. */
export interface PortTarget {
  /** Id of the instance. */
  readonly id: string;
  /** As `web.1`. */
  readonly name: string;
  /** The port it was given as `PORT`; null for none. */
  readonly port: number | null;
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
  /** What is wrong with apps and engine. */
  problems(): Promise<Problem[]>;
  /** The app that a build belongs to; undefined for an unknown build. */
  appOfBuild(buildId: string): Promise<AppRecord | undefined>;
  /** The app that a deploy belongs to; undefined for an unknown deploy. */
  appOfDeploy(deployId: string): Promise<AppRecord | undefined>;
  /** Resolves when the build has ended, at once when it has already; rejects when `signal` aborts. */
  buildEnded(buildId: string, signal: AbortSignal): Promise<void>;
  /** @throws RigError `process_not_found`, `instance_not_found` */
  resolveInstance(app: AppRecord, wanted: { process?: string; instance?: string }): Promise<CommandTarget>;
  /**
   * The running instances in which a port is looked for, in this order.
   * @throws RigError `process_not_found`, `instance_not_found`
   */
  portTargets(
    app: AppRecord,
    wanted: { process?: string | undefined; instance?: string | undefined },
  ): Promise<PortTarget[]>;
  /** Ends and removes instances, builds, artifacts and build logs of an app. May be repeated. */
  destroyApp(app: AppRecord): Promise<void>;
  /** Goes on with what was under way when rigd ended. */
  start(): Promise<void>;
  /** Lets go of timers and connections; what runs goes on. */
  stop(): Promise<void>;
}
