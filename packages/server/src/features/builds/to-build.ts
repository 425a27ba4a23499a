import type { Build } from '@rig-ops/contract/resources';
import type { BuildRecord } from './build-store.ts';

/** A build as the API tells it. */
export function toBuild(build: BuildRecord, app: string): Build {
  return {
    id: build.id,
    app,
    bundleId: build.bundleId,
    detector: build.plan?.detector ?? null,
    status: build.status,
    steps: build.steps.map(({ name, status, exitCode, durationMs }) => ({
      name,
      status,
      exitCode,
      durationMs,
    })),
    failure: build.failure?.message ?? null,
    createdAt: build.createdAt,
    endedAt: build.endedAt,
  };
}
