import { RigError } from '@rig-ops/contract/errors';
import type { DockerClient, ImageProgress } from '@rig-ops/docker';
import { explainPush } from './explain-push.ts';
import type { ImageLog } from './image-log.ts';
import type { ImageSteps } from './image-steps.ts';
import { nameOf, type ImageReference } from './parse-reference.ts';
import type { RegistryKeys } from './registry-credentials.ts';

const TELL_MS = 2_000;

interface Layer {
  status: string;
  current: number;
  total: number;
}

/**
 * Brings an image that the daemon has under this very name to its registry, as a step of its build.
 * @returns by which the registry has it, as `ghcr.io/team/shop@sha256:…`
 * @throws RigError `image_registry_unreachable`, `image_push_denied`, `image_push_failed`, `docker_…`; the reason of `signal`
 */
export async function pushImage(
  reference: ImageReference,
  docker: DockerClient,
  {
    build,
    keys,
    log,
    signal,
    steps,
  }: { build: string; keys: RegistryKeys; log: ImageLog; steps: ImageSteps; signal: AbortSignal },
): Promise<string> {
  const { registry, shown, tag } = reference;
  const name = nameOf(reference);
  const step = `push ${shown}`;
  await steps.begin(step);
  await log.tell(step, step);
  try {
    const progress = docker.images.push(name, tag ?? 'latest', keys.of(registry), signal);
    const digest = await follow(step, progress, log);
    if (digest === null) throw new RigError('docker_refused', 'The daemon told no digest of what it pushed.');
    const durationMs = await steps.end(step, 'succeeded');
    await log.tell(step, `${name}@${digest} after ${(durationMs / 1000).toFixed(1)} s`);
    return `${name}@${digest}`;
  } catch (error) {
    signal.throwIfAborted();
    await steps.end(step, 'failed');
    const failure = explainPush(error, { build, host: registry, image: shown });
    await log.tell(step, (failure as Error).message);
    throw failure;
  }
}

async function follow(
  step: string,
  progress: AsyncIterable<ImageProgress>,
  log: ImageLog,
): Promise<string | null> {
  const layers = new Map<string, Layer>();
  let digest: string | null = null;
  let toldAt = performance.now();
  let told = '';
  for await (const { aux, id, progressDetail, status = '' } of progress) {
    if (typeof aux === 'object' && aux.Digest !== undefined) digest = aux.Digest;
    if (id === undefined || status.includes('digest: ')) continue;
    const before = layers.get(id);
    const layer = { current: 0, total: 0, ...before, status };
    // What a daemon says of the size is of the files, and it may send fewer.
    if (progressDetail?.total !== undefined) layer.total = progressDetail.total;
    if (progressDetail?.current !== undefined) layer.current = Math.min(progressDetail.current, layer.total);
    if (status === 'Pushed') layer.current = Math.max(layer.current, layer.total);
    layers.set(id, layer);
    if (status === 'Pushed' && before?.status !== 'Pushed') await log.tell(step, `layer ${id} is pushed`);
    if (status.startsWith('Retrying') && before?.status.startsWith('Retrying') !== true)
      await log.tell(step, `layer ${id} was cut off; the daemon tries again`);
    if (performance.now() - toldAt < TELL_MS) continue;
    toldAt = performance.now();
    const all = [...layers.values()];
    const sum = (of: (layer: Layer) => number) =>
      (all.reduce((total, each) => total + of(each), 0) / 1e6).toFixed(1);
    const text = `${sum(({ current }) => current)} of ${sum(({ total }) => total)} MB`;
    // While the daemon waits for another try there is nothing new.
    if (text !== told) await log.tell(step, text);
    told = text;
  }
  const known = [...layers.values()].filter(({ status }) => /already exists|Mounted from/.test(status));
  if (known.length > 0) await log.tell(step, `${known.length} of ${layers.size} layers were there already`);
  return digest;
}
