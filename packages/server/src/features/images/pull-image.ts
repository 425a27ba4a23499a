import type { DockerClient, ImageProgress } from '@rig-ops/docker';
import { toRegistryError } from './explain-registry.ts';
import type { ImageLog } from './image-log.ts';
import type { ImageSteps } from './image-steps.ts';
import { nameOf, type ImageReference } from './parse-reference.ts';
import type { RegistryKeys } from './registry-credentials.ts';

export interface PulledImage {
  /** By which the daemon knows it. */
  id: string;
  /** Null for one that no registry is known to have. */
  digest: string | null;
  /** Whether the daemon had it not. */
  pulled: boolean;
}

const TELL_MS = 5_000;

/**
 * Finds an image: one that the daemon has under this very name is taken as it is; for any other its registry is asked
 * what the name stands for now, and it is brought by digest, so that it gets no name that was not there.
 * @throws RigError `image_not_found`, `image_denied`, `image_registry_unreachable`, `docker_…`, `disk_full`
 */
export async function pullImage(
  reference: ImageReference,
  docker: DockerClient,
  { keys, log, signal, steps }: { keys: RegistryKeys; log: ImageLog; steps: ImageSteps; signal: AbortSignal },
): Promise<PulledImage> {
  const { shown } = reference;
  const name = nameOf(reference);
  const asked =
    reference.digest === null ? `${name}:${reference.tag ?? 'latest'}` : `${name}@${reference.digest}`;
  const credentials = keys.of(reference.registry);
  const step = `pull ${shown}`;
  await steps.begin(step);
  const own = await docker.images.find(asked);
  if (own !== null) {
    await log.tell(step, `${shown} is on the daemon: ${own.Id}`);
    await steps.end(step, 'succeeded');
    const digest = own.RepoDigests?.find((each) => each.startsWith(`${familiar(name)}@`)) ?? null;
    return { id: own.Id, digest: digest === null ? null : `${name}@${digest.split('@')[1]}`, pulled: false };
  }
  try {
    const digest = reference.digest ?? (await docker.images.digestOf(asked, credentials));
    const byDigest = `${name}@${digest}`;
    await log.tell(step, `${shown} is ${digest} in its registry`);
    const known = await docker.images.find(byDigest);
    if (known === null) await pull(step, docker.images.pull(name, digest, credentials, signal), log);
    else await log.tell(step, 'it is on the daemon');
    const { Id } = known ?? (await docker.images.inspect(byDigest));
    const durationMs = await steps.end(step, 'succeeded');
    await log.tell(step, `${Id} after ${(durationMs / 1000).toFixed(1)} s`);
    return { id: Id, digest: byDigest, pulled: known === null };
  } catch (error) {
    signal.throwIfAborted();
    await steps.end(step, 'failed');
    throw toRegistryError(shown, error);
  }
}

/** Names of Docker Hub are told without it. */
const familiar = (name: string): string => name.replace(/^docker\.io\/(?:library\/)?/, '');

async function pull(step: string, progress: AsyncIterable<ImageProgress>, log: ImageLog): Promise<void> {
  const layers = new Map<string, { current: number; total: number }>();
  let toldAt = performance.now();
  for await (const { id, progressDetail, status } of progress) {
    if (id !== undefined && progressDetail?.total !== undefined && status === 'Downloading')
      layers.set(id, { current: progressDetail.current ?? 0, total: progressDetail.total });
    if (id !== undefined && status === 'Download complete') {
      const layer = layers.get(id);
      if (layer !== undefined) layer.current = layer.total;
    }
    if (status === 'Pull complete') await log.tell(step, `layer ${id} is there`);
    if (performance.now() - toldAt < TELL_MS || layers.size === 0) continue;
    toldAt = performance.now();
    const all = [...layers.values()];
    const sum = (of: (layer: { current: number; total: number }) => number) =>
      (all.reduce((total, each) => total + of(each), 0) / 1e6).toFixed(1);
    await log.tell(step, `${sum(({ current }) => current)} of ${sum(({ total }) => total)} MB`);
  }
}
