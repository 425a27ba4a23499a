import { RigError } from '@rig-ops/contract/errors';

/** Whether a text can only be meant as a version; names of apps begin with a letter. */
export const looksLikeVersion = (text: string): boolean => /^v?\d+$/.test(text);

/** Reads a version as people write it: `v3` or `3`. Throws `invalid_input` for anything else. */
export function parseReleaseVersion(text: string): number {
  const digits = /^v?([1-9]\d{0,8})$/.exec(text)?.[1];
  if (digits !== undefined) return Number(digits);
  throw new RigError('invalid_input', `"${text}" is no version of a release.`, {
    hint: 'Write it as v3; `rig releases list` shows them.',
  });
}
