/** One command of a build. */
export interface PlanStep {
  /** As shown to people, as `npm ci`. */
  name: string;
  /** What it is for; a `[build] command` takes the place of the `build` steps. */
  phase: 'install' | 'build' | 'prune';
  argv: string[];
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
}

/** What holds for an app whatever recognised it. */
export interface PlanSettings {
  /** Environment of every process and of the build. */
  env: Record<string, string>;
  health: HealthPlan;
  drainSeconds: number;
  stepTimeoutSeconds: number;
}

/** How to turn a source tree into something that runs. */
export interface Plan extends PlanSettings {
  /** Name of the detector that named the processes. */
  detector: string;
  steps: PlanStep[];
  processes: ProcessPlan[];
  /** For people, written at the head of the build log. */
  notes: string[];
}

/** The defaults that `packages/contract` documents in rig.toml. */
export const DEFAULT_SETTINGS: PlanSettings = {
  env: {},
  health: { path: null, timeoutSeconds: 60 },
  drainSeconds: 30,
  stepTimeoutSeconds: 900,
};
