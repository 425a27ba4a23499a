import type { Process, Release } from '@rig-ops/contract/resources';
import type { ReleaseRecord, RuntimePlan } from './release-store.ts';

/** The process table of a release as the API tells it. */
export function toProcesses(runtime: RuntimePlan): Process[] {
  return runtime.processes.map((process) => ({
    name: process.name,
    command:
      'argv' in process
        ? process.argv
        : ['sirv', process.site.folder, ...(process.site.singlePage ? ['--single'] : [])],
    instances: process.instances,
  }));
}

/** A release as the API tells it. */
export function toRelease(release: ReleaseRecord, app: string): Release {
  return {
    version: release.version,
    app,
    status: release.status,
    buildId: release.buildId,
    bundleId: release.bundleId,
    configId: release.configId,
    detector: release.detector,
    processes: toProcesses(release.runtime),
    image: imageOf(release.runtime),
    rollbackOf: release.rollbackOf,
    rollbackOnly: release.rollbackOnly,
    tags: release.tags,
    message: release.message,
    source: release.source,
    createdBy: release.createdBy,
    createdAt: release.createdAt,
    rollout: release.rollout,
    failure: release.failure,
  };
}

const imageOf = ({ image: id, imageName }: RuntimePlan): Release['image'] =>
  id === undefined
    ? null
    : { id, reference: imageName?.reference ?? null, digest: imageName?.digest ?? null };
