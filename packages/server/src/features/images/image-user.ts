import { RigError } from '@rig-ops/contract/errors';

const NUMBERS = /^([1-9][0-9]{0,9})(?::([0-9]{1,10}))?$/;

/**
 * Whom the programs of an image run as where root is refused, and nobody looks into images for what a name stands for.
 * @param user as the image has it: `node`, `1000`, `1000:app`; empty for none, which is root
 * @param asked by rig.toml, which wins; null for nothing
 * @returns numbers: `1000`, `1000:1000`
 * @throws RigError `image_user_refused`
 */
export function userInPod(user: string, asked: string | null, shown: string): string {
  if (asked !== null) return asked;
  const [uid = '', gid = ''] = user.split(':');
  if (NUMBERS.test(uid)) return /^[0-9]+$/.test(gid) ? `${uid}:${gid}` : uid;
  const isRoot = uid === '' || uid === '0' || uid === 'root';
  throw new RigError(
    'image_user_refused',
    isRoot
      ? `${shown} runs as root, which pods of the cluster may not.`
      : `${shown} names its user by a word, ${JSON.stringify(uid)}, and no node of the cluster can tell whether that is root.`,
    { details: { image: shown, user } },
  );
}
