import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { DockerClient, ImageDetails } from '@rig-ops/docker';
import { nameOf, parseReference } from './parse-reference.ts';
import type { RegistryKeys } from './registry-credentials.ts';

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
  { docker, keys }: { docker: DockerClient; keys: () => Promise<RegistryKeys> },
  reference: string,
  use: BaseImageUse,
  signal: AbortSignal,
): Promise<ImageDetails> {
  const found = await docker.images.find(reference);
  if (found !== null) return found;
  const why = await pull(docker, reference, await keys(), signal);
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
async function pull(
  docker: DockerClient,
  reference: string,
  keys: RegistryKeys,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const parsed = parseReference(reference);
    const credentials = keys.of(parsed.registry);
    const version = parsed.digest ?? parsed.tag ?? 'latest';
    for await (const { id } of docker.images.pull(nameOf(parsed), version, credentials, signal)) void id;
    return null;
  } catch (error) {
    signal.throwIfAborted();
    if (!isRigError(error) || error.code === 'docker_unreachable' || error.code === 'image_name_invalid')
      throw error;
    return plain(error.message.replace('The Docker daemon says: ', ''));
  }
}

const plain = (text: string): string => text.trim().replace(/\.$/, '');
