import { RigError } from '@rig-ops/contract/errors';
import { looksLikeVersion, parseReleaseVersion } from './release-version.ts';

export interface Tagging {
  app: string | undefined;
  /** Null when the tag is to go. */
  version: number | null;
  tag: string;
}

/** Reads `[APP] VERSION TAG`, or `[APP] TAG` of one that is to go. @throws RigError `usage`, `invalid_input` */
export function readTagging(words: readonly string[], isDeleting: boolean): Tagging {
  const [tag, ...before] = words.toReversed();
  const [version, app] = isDeleting ? [null, before[0]] : before;
  const most = isDeleting ? 2 : 3;
  if (tag === undefined || version === undefined || words.length > most)
    throw new RigError(
      'usage',
      isDeleting ? 'Which tag is to go?' : 'A release and a name for it are needed.',
      {
        hint: isDeleting
          ? 'Write `rig releases tag APP TAG --delete`.'
          : 'Write `rig releases tag APP v3 TAG`.',
      },
    );
  if (looksLikeVersion(tag))
    throw new RigError('invalid_input', `"${tag}" cannot be a tag: it looks like a version.`, {
      hint: 'The name comes last: `rig releases tag APP v3 TAG`.',
    });
  return { app, version: version === null ? null : parseReleaseVersion(version), tag };
}
