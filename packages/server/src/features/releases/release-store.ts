import type { RootCapability } from '@rig-ops/contract/supervisor-containers';
import type { ReleaseRollout, RollbackPart, Source } from '@rig-ops/contract/resources';
import type { HealthPlan, ProcessLimits, ReleasePhasePlan } from '../../detectors/plan.ts';
import type { RolloutSettings } from '../rollouts/rollout-settings.ts';
import type { Page, PageQuery } from '../../store/page.ts';

/** One process of a release: a program, or a folder of files that the platform serves. */
export type RuntimeProcess =
  | { name: string; instances: number; limits?: ProcessLimits; argv: string[] }
  | {
      name: string;
      instances: number;
      limits?: ProcessLimits;
      site: { folder: string; singlePage: boolean };
    };

/** Names of an image: what somebody asked for, and that by which a registry has it. */
interface ImageName {
  reference: string | null;
  digest: string | null;
}

/** What a release runs and how. */
export interface RuntimePlan {
  /** Folder of the artifact that processes run in; its top when absent. */
  root?: string;
  processes: RuntimeProcess[];
  env: Record<string, string>;
  health: HealthPlan;
  drainSeconds: number;
  /** Between SIGTERM and SIGKILL; 10 when absent. */
  graceSeconds?: number;
  /** Id of the image that its processes run in, on an engine of images; `root` is a folder of it then. */
  image?: string;
  /** Whether that image is only what its files run in: they are fetched from the platform. */
  fetched?: boolean;
  /** What a person knows that image by; absent where it is known by nothing else. */
  imageName?: ImageName;
  /** Port that `web` listens on in it; `IMAGE_PORT` when absent. */
  port?: number;
  /** Whom its programs run as, by numbers: `1000`, `1000:1000`; whom the image says when absent. */
  user?: string;
  /** Whether the files of that image cannot be changed where it runs. */
  readOnly?: boolean;
  /** What root may in its containers; none when absent. */
  capabilities?: RootCapability[];
  releasePhase?: ReleasePhasePlan;
  rollout?: RolloutSettings;
}

export interface NewRelease {
  appId: string;
  deployId: string;
  buildId: string;
  bundleId: string;
  detector: string;
  /** The set of variables it runs with; null for none. */
  configId: string | null;
  runtime: RuntimePlan;
  rollbackOf: number | null;
  /** The part that it reuses of that one; null for all. */
  rollbackOnly: RollbackPart | null;
  message: string | null;
  source: Source | null;
  createdBy: string;
  createdAt: string;
}

/** One release. All but its status and its tags is immutable; times are RFC 3339. */
export interface ReleaseRecord extends NewRelease {
  version: number;
  status: 'pending' | 'live' | 'superseded' | 'failed';
  /** When it became live; null when it never did. */
  liveAt: string | null;
  failure: string | null;
  /** How it took over; null for one of an older rig. */
  rollout: ReleaseRollout | null;
  /** Its names, in order. */
  tags: string[];
}

/** Where releases are remembered. */
export interface ReleaseStore {
  /** Adds a pending release with the next version of the app; the one there is when the deploy has made it already. */
  create(release: NewRelease): Promise<ReleaseRecord>;
  get(appId: string, version: number): Promise<ReleaseRecord | null>;
  /** The live release of an app. */
  live(appId: string): Promise<ReleaseRecord | null>;
  /** The live releases of all apps. */
  allLive(): Promise<ReleaseRecord[]>;
  /** The release that was live before the one that is; null when there was none. */
  previousLive(appId: string): Promise<ReleaseRecord | null>;
  /**
   * Makes a release live and the one before superseded, or failed where a failure was noted, at once.
   * Repeating it changes nothing.
   */
  makeLive(appId: string, version: number, at: string): Promise<void>;
  /** A pending release becomes failed; any other stays as it is. */
  fail(appId: string, version: number, failure: string): Promise<void>;
  /** Notes why a live release is to be taken back; the first failure stays. */
  setFailure(appId: string, version: number, failure: string): Promise<void>;
  setRollout(appId: string, version: number, rollout: ReleaseRollout): Promise<void>;
  /**
   * Names a release, which keeps it; `force` takes the name from another one.
   * @throws RigError `tag_taken`, `release_not_found`
   */
  tag(appId: string, version: number, tag: string, force: boolean): Promise<ReleaseRecord>;
  /** Takes the name from the release, which is returned; null when none has it. */
  untag(appId: string, tag: string): Promise<ReleaseRecord | null>;
  byTag(appId: string, tag: string): Promise<ReleaseRecord | null>;
  /**
   * Removes releases that have served or failed; those that have a tag or instances stay.
   * @returns the versions that were removed
   */
  remove(appId: string, versions: readonly number[]): Promise<number[]>;
  /** Newest first. */
  page(appId: string, query: PageQuery): Promise<Page<ReleaseRecord>>;
}
