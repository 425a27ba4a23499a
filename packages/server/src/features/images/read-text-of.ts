import { type DockerClient, isDockerNotFound } from '@rig-ops/docker';

const BLOCK = 512;
const MOST_BYTES = 1024 * 1024;
/** In the header of an entry: tar(5). */
const SIZE = { from: 124, to: 135 };
const TYPE = 156;
const REGULAR = new Set(['0', '\0']);

/** A small text file of a container, which need not run; null where there is none, or it is something else. */
export async function readTextOf(
  docker: DockerClient,
  container: string,
  path: string,
): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of await docker.containers.pack(container, path)) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > MOST_BYTES) return null;
    }
  } catch (error) {
    if (isDockerNotFound(error)) return null;
    throw error;
  }
  const archive = Buffer.concat(chunks);
  if (!REGULAR.has(archive.toString('latin1', TYPE, TYPE + 1))) return null;
  const length = Number.parseInt(archive.toString('latin1', SIZE.from, SIZE.to), 8);
  return archive.toString('utf8', BLOCK, BLOCK + length);
}
