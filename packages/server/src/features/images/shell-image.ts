import { requireBaseImage } from './base-image.ts';
import type { Images } from './open-images.ts';

/** A name that somebody may give to an image of theirs; a shell in a network runs in it then. */
const OWN = 'rig/shell';
const USUAL = 'debian:bookworm-slim';

/** Id of the image that shells in networks run in. @throws RigError `base_image_missing`, `docker_…` */
export async function shellImage(
  { docker, keys }: Pick<Images, 'docker' | 'keys'>,
  signal: AbortSignal,
): Promise<string> {
  const own = await docker.images.find(OWN);
  return (own ?? (await requireBaseImage({ docker, keys }, USUAL, 'shell', signal))).Id;
}
