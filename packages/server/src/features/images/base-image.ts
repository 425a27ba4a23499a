import { createInterface } from 'node:readline';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { DockerClient, ImageDetails, ImageProgress } from '@rig-ops/docker';

/** Told in the words of rig.toml. */
export type BaseImageUse = 'build' | 'run' | 'shell';

const PURPOSES = {
  build: {
    what: 'which the app is built in',
    otherwise: 'name another one in rig.toml: [build] image = "NAME"',
  },
  run: { what: 'which the app is put on', otherwise: 'name another one in rig.toml: [run] image = "NAME"' },
  shell: {
    what: 'which shells in networks run in',
    otherwise: 'give one of yours the name that comes first: `docker tag NAME rig/shell`',
  },
} as const;

/** An image that apps are built in or put on: as the daemon has it, else as a registry does. @throws RigError `base_image_missing`, `docker_…` */
export async function requireBaseImage(
  docker: DockerClient,
  reference: string,
  use: BaseImageUse,
  signal: AbortSignal,
): Promise<ImageDetails> {
  const found = await docker.images.find(reference);
  if (found !== null) return found;
  const why = await pull(docker, reference, signal);
  const pulled = why === null ? await docker.images.find(reference) : null;
  if (pulled !== null) return pulled;
  const { otherwise, what } = PURPOSES[use];
  throw new RigError(
    'base_image_missing',
    `The Docker daemon does not have the image ${reference}, ${what}, and could not pull it: ${why ?? 'it is not there'}.`,
    {
      hint: `Pull it: \`docker pull ${reference}\`; or ${otherwise}. Where there is no registry, make one of a root file system: \`docker import rootfs.tar NAME\`.`,
      details: { image: reference, use },
    },
  );
}

/** @returns why not; null when it is there */
async function pull(docker: DockerClient, reference: string, signal: AbortSignal): Promise<string | null> {
  try {
    const answer = await docker.stream({
      method: 'POST',
      path: '/images/create',
      query: { fromImage: withTag(reference) },
      signal,
    });
    for await (const line of createInterface({ input: answer })) {
      if (line.trim() === '') continue;
      const { error } = JSON.parse(line) as ImageProgress;
      if (error !== undefined) return plain(error);
    }
    return null;
  } catch (error) {
    signal.throwIfAborted();
    if (!isRigError(error) || error.code === 'docker_unreachable') throw error;
    return plain(error.message.replace('The Docker daemon says: ', ''));
  }
}

/** Without one a daemon pulls all there are. */
const withTag = (reference: string): string =>
  /[:@][^/]*$/.test(reference) ? reference : `${reference}:latest`;

const plain = (text: string): string => text.trim().replace(/\.$/, '');
