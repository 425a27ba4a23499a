import type { ErrorDocument } from '@rig-ops/contract/errors';
import type { Plan } from '../../detectors/plan.ts';
import type { Page, PageQuery } from '../../store/page.ts';

export interface BuildStepRecord {
  name: string;
  status: 'pending' | 'running' | 'succeeded' | 'failed' | 'skipped';
  exitCode: number | null;
  durationMs: number | null;
}

/** What a build is made of; the time is RFC 3339. */
export type NewBuild = Pick<BuildRecord, 'id' | 'appId' | 'bundleId' | 'root' | 'createdAt'>;

/** One build; times are RFC 3339. */
export interface BuildRecord {
  id: string;
  appId: string;
  bundleId: string;
  /** Folder of the app that was asked for; `.` leaves it to rig.toml. */
  root: string;
  status: 'pending' | 'running' | 'succeeded' | 'failed';
  /** Null before detection. */
  plan: Plan | null;
  steps: BuildStepRecord[];
  /** Null unless it failed. */
  failure: ErrorDocument | null;
  createdAt: string;
  endedAt: string | null;
}

/** Where builds are remembered. */
export interface BuildStore {
  /** Adds a pending build; does nothing when one of that id is there. */
  create(build: NewBuild): Promise<void>;
  get(id: string): Promise<BuildRecord | null>;
  /** Notes what was detected; the build is `running` from then on and its steps are pending. */
  start(id: string, plan: Plan): Promise<void>;
  setSteps(id: string, steps: BuildStepRecord[]): Promise<void>;
  /** `failure` null: succeeded. */
  finish(id: string, end: { failure: ErrorDocument | null; endedAt: string }): Promise<void>;
  /** Newest first. */
  page(appId: string, query: PageQuery): Promise<Page<BuildRecord>>;
  /** Ids of all builds of an app. */
  idsOf(appId: string): Promise<string[]>;
}
