import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import { timestampOf } from '../../clock.ts';
import type { DeployStore } from '../deploys/deploy-store.ts';
import type { ReleaseStore } from '../releases/release-store.ts';
import { ArtifactShelf, type ArtifactShelfOptions } from './artifact-shelf.ts';
import { BuildCache } from './build-cache.ts';
import { buildHome, buildPath } from './build-environment.ts';
import { readBuildLimits } from './build-limits.ts';
import { BuildQueue } from './build-queue.ts';
import { sweepWork } from '../images/work-labels.ts';
import { removeTree } from './remove-tree.ts';
import { createToolchainOf } from './toolchain-of.ts';
import { BuildRunner, type BuildRunnerOptions } from './build-runner.ts';

export interface BuildsDeps extends Omit<BuildRunnerOptions, 'cache' | 'queue' | 'limits' | 'toolchainOf'> {
  deploys: Pick<DeployStore, 'running'>;
  releases: Pick<ReleaseStore, 'page'>;
  archives?: ArtifactShelfOptions['archives'];
}

export interface Builds {
  cache: BuildCache;
  queue: BuildQueue;
  runner: BuildRunner;
  shelf: ArtifactShelf;
  /** Once per life of rigd: ends what no deploy goes on with, and clears away what a kill has left. */
  sweep: () => Promise<void>;
}

/** Puts together what makes and keeps artifacts. */
export function createBuilds({ deploys, releases, archives, ...deps }: BuildsDeps): Builds {
  const { baseEnvironment, builds, clock, layout, mirror, node } = deps;
  const limits = () => readBuildLimits(layout.buildLimits);
  const cache = new BuildCache({ layout, clock, limits });
  const queue = new BuildQueue({
    // A file that cannot be read fails each build where it begins; here it must not hold up the queue.
    limit: () => {
      try {
        return limits().concurrent;
      } catch {
        return 1;
      }
    },
    running: () => mirror.builds().flatMap(({ id, state }) => (state === 'running' ? [id] : [])),
  });
  const toolchainOf = createToolchainOf(deps.images, buildPath(node, baseEnvironment));
  const runner = new BuildRunner({ ...deps, cache, queue, limits, toolchainOf });
  const shelf = new ArtifactShelf({
    layout,
    builds,
    images: deps.images?.shelf ?? null,
    isPublished: (image) => deps.images?.publisher?.isPublished(image) !== false,
    releases,
    deploys,
    toolchainOf,
    archives,
  });
  const sweep = async () => {
    const wanted = new Set((await deploys.running()).flatMap(({ buildId }) => buildId ?? []));
    for (const { id } of await builds.unended()) {
      if (wanted.has(id)) continue;
      const failure = new RigError('build_failed', 'The build was cut off: the platform ended.');
      await builds.finish(id, { failure: toErrorDocument(failure), endedAt: timestampOf(clock) });
      await removeTree(buildHome(layout, id));
    }
    if (deps.images !== null) await sweepWork(deps.images.docker, deps.images.platform);
    // A daemon that is away keeps it until the platform starts anew.
    await deps.images?.shelf.sweep(deps.images.platform, builds).catch(() => undefined);
    await shelf.sweep();
    await cache.sweep(wanted);
    // Shared between apps by an earlier version.
    await rm(join(layout.root, 'cache', 'npm'), { recursive: true, force: true });
  };
  return { cache, queue, runner, shelf, sweep };
}
