import type { EdgeStatus } from '@rig-ops/contract/edge';
import type { AppDetails, Problem } from '@rig-ops/contract/resources';

/** Below this a build with its dependencies hardly fits. */
const LOW_DISK_BYTES = 512 * 1024 * 1024;

const MEBIBYTE = 1024 * 1024;

export type FoundApp = Pick<AppDetails, 'id' | 'name' | 'status' | 'release' | 'processes' | 'instances'>;

export interface Findings {
  readonly apps: readonly FoundApp[];
  readonly diskFreeBytes: number;
  /** Folder of the platform's state. */
  readonly root: string;
  /** Undefined when it does not answer. */
  readonly edge: Pick<EdgeStatus, 'failedListeners'> | undefined;
  /** Problems that other parts have found. */
  readonly reported: readonly Problem[];
}

/** What somebody who is to mend it wants to know first: which instance, and how it ended. */
function* problemsOfApp({ instances, name, processes, release, status }: FoundApp): Generator<Problem> {
  const own = instances.filter((instance) => instance.release === release);
  const [crashed] = own.filter(({ state }) => state === 'crashed');
  if (status === 'degraded') {
    const wanted = processes.reduce((sum, process) => sum + process.instances, 0);
    const running = own.filter(({ state }) => state === 'running').length;
    const how = crashed?.exitCode == null ? '' : ` with exit code ${crashed.exitCode}`;
    const which = crashed === undefined ? '' : ` ${crashed.name} ended${how} and is started again.`;
    yield {
      code: 'app_degraded',
      app: name,
      message: `${name} has ${running} of ${wanted} instances running.${which}`,
      fix: `Run \`rig logs app ${name}${crashed === undefined ? '' : ` --instance ${crashed.name}`}\`.`,
    };
  }
  const sick = own.filter(({ health, state }) => state === 'running' && health === 'unhealthy');
  if (sick.length > 0)
    yield {
      code: 'app_unhealthy',
      app: name,
      message: `${name} has instances whose health check fails: ${listed(sick.map((each) => each.name))}.`,
      fix: `Run \`rig logs app ${name}\`.`,
    };
}

const listed = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;

function* problemsOf({ apps, diskFreeBytes, root, edge, reported }: Findings): Generator<Problem> {
  yield* reported;
  for (const app of apps) yield* problemsOfApp(app);
  if (diskFreeBytes < LOW_DISK_BYTES) {
    yield {
      code: 'disk_low',
      app: null,
      message: `Only ${Math.floor(diskFreeBytes / MEBIBYTE)} MiB are free where the platform keeps its state.`,
      fix: `Free some space on the disk of ${root}.`,
    };
  }
  if (edge === undefined) {
    yield {
      code: 'edge_unreachable',
      app: null,
      message: 'The edge does not answer; apps may not be reachable at their URLs.',
      fix: 'Run `rig platform logs --part edge`.',
    };
  }
  for (const { appId, port, error } of edge?.failedListeners ?? []) {
    yield {
      code: 'port_taken',
      app: apps.find(({ id }) => id === appId)?.name ?? null,
      message: `The edge cannot listen on port ${port}: ${error}.`,
      fix: 'End the program that uses the port.',
    };
  }
}

/** What is not all right, each thing told once. */
export function findProblems(findings: Findings): Problem[] {
  const problems = new Map<string, Problem>();
  for (const problem of problemsOf(findings)) {
    // Two clusters may both be away; an app is degraded once, whoever says it.
    const key = `${problem.code} ${problem.app ?? problem.message}`;
    if (!problems.has(key)) problems.set(key, problem);
  }
  return [...problems.values()];
}
