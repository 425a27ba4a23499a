import type { RootCapability } from '@rig-ops/contract/supervisor-containers';
import type { BaseImages } from './base-images.ts';
import type { RolloutSettings } from '../features/rollouts/rollout-settings.ts';

/** One command of a build. */
export interface PlanStep {
  /** As shown to people, as `npm ci`. */
  name: string;
  /** What it is for; a `[build] command` takes the place of the `build` steps. */
  phase: 'install' | 'build' | 'prune';
  argv: string[];
  /** Folder it runs in, relative to the source with `/`; {@link Plan.root} when absent. */
  folder?: string;
  /** Variables for this step alone. */
  env?: Record<string, string>;
}

/**
 * What makes later builds of the app quicker and may be lost at any time: a store that a program finds by a
 * variable, or a folder of the source, relative to it, that the build finds as it left it.
 */
export type PlanCache = { name: string; variable: string } | { name: string; folder: string };

/** When the `install` steps need not run: their result is that of an earlier build with the same inputs. */
export interface InstallReuse {
  /**
   * Files, relative to the source, that decide the result together with the argv and env of the install steps
   * and the versions of `tools`. One that is not there counts as such.
   */
  inputs: string[];
  /** Programs on the PATH of the build whose version counts. */
  tools: string[];
  /** Folders, relative to the source, that hold all of the result. They may be moved. */
  outputs: string[];
}

/** A folder of files that the platform serves itself. */
export interface SitePlan {
  /** Folders relative to the source, the most likely first; after the build the first with an index.html is taken. */
  folders: string[];
  /** Whether a build makes it; then a lone index.html answers for every path that is not a file. */
  built: boolean;
}

/** A process before the build: a command, or a site whose folder only the build makes. */
export type ProcessPlan = { name: string; argv: string[] } | { name: string; site: SitePlan };

export interface HealthPlan {
  /** Path that must answer with a status below 400; null: `/` with any status below 500. */
  path: string | null;
  timeoutSeconds: number;
  /** What the app says beyond that; absent where it says nothing, and then a live instance is not asked again. */
  check?: HealthCheckPlan;
}

/** `[health]` of rig.toml with the defaults filled in. */
export interface HealthCheckPlan {
  type: 'http' | 'tcp' | 'command';
  /** Argument vector of a `command` check. */
  argv: string[];
  /** Statuses that count as well, both included; null: as the path says. */
  status: [from: number, to: number] | null;
  answerSeconds: number;
  intervalSeconds: number;
  /** Good checks in a row until it counts as well, bad ones until it does not. */
  healthyAfter: number;
  unhealthyAfter: number;
  /** How long a process without port must stay up. */
  aliveSeconds: number;
}

export interface ReleasePhasePlan {
  argv: string[];
  timeoutSeconds: number;
}

/** What an instance may take; null for no limit. */
export interface ProcessLimits {
  memoryBytes: number | null;
  /** Of a CPU: 0.5. */
  cpus: number | null;
}

/** What holds for an app whatever recognised it. */
export interface PlanSettings {
  /** Environment of every process and of the build. */
  env: Record<string, string>;
  health: HealthPlan;
  drainSeconds: number;
  /** Between SIGTERM and SIGKILL; 10 when absent. */
  graceSeconds?: number;
  /** What runs once before the instances of a release start. */
  releasePhase?: ReleasePhasePlan;
  /** How a release takes over; as `DEFAULT_ROLLOUT` when absent. */
  rollout?: RolloutSettings;
  stepTimeoutSeconds: number;
  /** By name of the process; those that are not in it have none. */
  limits?: Record<string, ProcessLimits>;
  /** Whether the files of its image cannot be changed where it runs. */
  readOnly?: boolean;
  /** What root may in its containers; as its image needs it when absent. */
  capabilities?: RootCapability[];
  /** Whom its programs run as in an image, by numbers: `1000`, `1000:1000`. */
  runAs?: string;
}

/** An image in place of an artifact: built by a Dockerfile of the source, or one that is there already. */
export type ImagePlan =
  | {
      /** Path of the Dockerfile, relative to the folder of the app. */
      dockerfile: string;
      /** Folder that its steps find, relative to the source. */
      context: string;
      /** The stage that is built; null for the last. */
      target: string | null;
      /** Of `ARG`. */
      args: Record<string, string>;
    }
  | { reference: string };

/** How to turn a source tree into something that runs. */
export interface Plan extends PlanSettings {
  /** Name of the detector that named the processes. */
  detector: string;
  /** Folder of the app, relative to the source with `/`; `.` is the source itself. Its processes run there. */
  root: string;
  steps: PlanStep[];
  /** An `argv` without words is the command of the image. */
  processes: ProcessPlan[];
  /** What the releases are images of; absent where steps make an artifact. */
  image?: ImagePlan;
  /** Port that `web` listens on in its image; what the image says when absent. */
  port?: number;
  /** For an engine of images. Absent from a plan of an older rig. */
  baseImages?: BaseImages;
  caches: PlanCache[];
  /** Null when the install steps have to run each time. */
  reuse: InstallReuse | null;
  /** For people, written at the head of the build log. */
  notes: string[];
}

/** What a release command may take where nothing else is said. */
export const RELEASE_SECONDS = 600;

/** The defaults that `packages/contract` documents in rig.toml. */
export const DEFAULT_SETTINGS: PlanSettings = {
  env: {},
  health: { path: null, timeoutSeconds: 60 },
  drainSeconds: 30,
  stepTimeoutSeconds: 900,
};
