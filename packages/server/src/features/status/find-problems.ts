import type { EdgeStatus } from '@rig-ops/contract/edge';
import type { AppDetails, Problem } from '@rig-ops/contract/resources';

/** Below this a build with its dependencies hardly fits. */
const LOW_DISK_BYTES = 512 * 1024 * 1024;

const MEBIBYTE = 1024 * 1024;

export interface Findings {
  readonly apps: readonly Pick<AppDetails, 'id' | 'name' | 'status'>[];
  readonly diskFreeBytes: number;
  /** Folder of the platform's state. */
  readonly root: string;
  /** Undefined when it does not answer. */
  readonly edge: Pick<EdgeStatus, 'failedListeners'> | undefined;
  /** Problems that other parts have found. */
  readonly reported: readonly Problem[];
}

function* problemsOf({ apps, diskFreeBytes, root, edge, reported }: Findings): Generator<Problem> {
  yield* reported;
  for (const { name, status } of apps) {
    if (status !== 'degraded') continue;
    yield {
      code: 'app_degraded',
      app: name,
      message: `${name} has fewer instances running than it should.`,
      fix: `Run \`rig logs app ${name}\`.`,
    };
  }
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
    const key = `${problem.code} ${problem.app ?? ''}`;
    if (!problems.has(key)) problems.set(key, problem);
  }
  return [...problems.values()];
}
