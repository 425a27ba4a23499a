import type { Build } from '@rig-ops/contract/resources';
import type { BuildRecord } from './build-store.ts';

/** A build as the API tells it. */
export function toBuild(build: BuildRecord, app: string, position: number | null): Build {
  return {
    id: build.id,
    app,
    bundleId: build.bundleId,
    detector: build.plan?.detector ?? null,
    status: build.failure?.code === 'cancelled' ? 'cancelled' : build.status,
    steps: build.steps.map(({ name, status, exitCode, durationMs }) => ({
      name,
      status,
      exitCode,
      durationMs,
    })),
    position,
    installFromCache: build.installFromCache,
    image:
      build.image === null
        ? null
        : { id: build.image.id, reference: build.image.reference, digest: build.image.digest },
    failure: build.failure?.message ?? null,
    createdAt: build.createdAt,
    startedAt: build.startedAt,
    endedAt: build.endedAt,
  };
}
