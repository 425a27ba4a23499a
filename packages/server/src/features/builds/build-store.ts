import type { ErrorDocument } from '@rig-ops/contract/errors';
import type { Plan } from '../../detectors/plan.ts';
import type { BuildImage } from '../images/build-image.ts';
import type { Page, PageQuery } from '../../store/page.ts';

export interface BuildStepRecord {
  name: string;
  status: 'pending' | 'running' | 'succeeded' | 'failed' | 'skipped';
  exitCode: number | null;
  durationMs: number | null;
}

/** What a build is made of; the time is RFC 3339. */
export type NewBuild = Pick<BuildRecord, 'id' | 'appId' | 'bundleId' | 'root' | 'inputs' | 'createdAt'>;

/** What is known when its first step begins. */
export interface BuildStart {
  plan: Plan;
  /** Names of its steps, those around the steps of the plan included. */
  steps: string[];
  toolchain: string;
  installFromCache: boolean;
  /** RFC 3339. */
  at: string;
}

/** One build; times are RFC 3339. */
export interface BuildRecord {
  id: string;
  appId: string;
  bundleId: string;
  /** Folder of the app that was asked for; `.` leaves it to rig.toml. */
  root: string;
  /** Stands for everything that decides its artifact but for the programs; null when it was made before that was noted. */
  inputs: string | null;
  /** Stands for the versions of the programs; null before it began. */
  toolchain: string | null;
  installFromCache: boolean;
  status: 'pending' | 'running' | 'succeeded' | 'failed';
  /** Null before detection. */
  plan: Plan | null;
  steps: BuildStepRecord[];
  /** Null until it has one; always where releases are no images. */
  image: BuildImage | null;
  /** Null unless it failed. */
  failure: ErrorDocument | null;
  createdAt: string;
  /** When its turn came and its source was detected; null before. */
  startedAt: string | null;
  endedAt: string | null;
}

/** Where builds are remembered. */
export interface BuildStore {
  /** Adds a pending build; does nothing when one of that id is there. */
  create(build: NewBuild): Promise<void>;
  get(id: string): Promise<BuildRecord | null>;
  /** Notes what was detected; the build is `running` from then on and its steps are pending. */
  start(id: string, start: BuildStart): Promise<void>;
  setSteps(id: string, steps: BuildStepRecord[]): Promise<void>;
  /** Notes its image; null when that is not kept any more. */
  setImage(id: string, image: BuildImage | null): Promise<void>;
  /** `failure` null: succeeded. */
  finish(id: string, end: { failure: ErrorDocument | null; endedAt: string }): Promise<void>;
  /** Newest first. */
  page(appId: string, query: PageQuery): Promise<Page<BuildRecord>>;
  /** Those of an app that succeeded with these inputs, newest first. */
  succeededWith(appId: string, inputs: string): Promise<BuildRecord[]>;
  /** All that have not ended. */
  unended(): Promise<BuildRecord[]>;
  /** Ids of all builds of an app. */
  idsOf(appId: string): Promise<string[]>;
}
