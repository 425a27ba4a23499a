import { RigError } from '@rig-ops/contract/errors';
import type { PodSettings } from '@rig-ops/contract/supervisor';

const NONE: PodSettings = { url: null, authority: null, image: null };

/** What pods are told from the next start on: as asked, else as before. */
export const podSettings = (
  asked: Partial<PodSettings> = {},
  before: PodSettings | null = NONE,
): PodSettings => ({ ...NONE, ...before, ...asked });

/**
 * A URL that pods can be told, without a slash at its end.
 * @throws RigError `invalid_input`
 */
export function checkPodUrl(text: string, source: string): string {
  const url = URL.parse(text);
  const isPlain =
    url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!isPlain || !/^https?:$/.test(url.protocol)) {
    throw new RigError('invalid_input', `${source} is no URL of a platform.`, {
      hint: 'Write it as http://ADDRESS:PORT or https://ADDRESS:PORT, as pods reach it.',
    });
  }
  return text.replace(/\/+$/, '');
}
