import { resolve } from 'node:path';
import { checkPodUrl } from '@rig-ops/client/embedded';
import type { PodSettings } from '@rig-ops/contract/supervisor';

interface PodFlags {
  'pod-url'?: string | undefined;
  'pod-authority'?: string | undefined;
  'pod-image'?: string | undefined;
}

const OFF = 'off';

/**
 * What pods are to be told; undefined when nothing was said. Paths are relative to `cwd`.
 * @throws RigError `invalid_input`
 */
export function parsePods(flags: PodFlags, cwd: string): Partial<PodSettings> | undefined {
  const { 'pod-url': url, 'pod-authority': authority, 'pod-image': image } = flags;
  if (url === undefined && authority === undefined && image === undefined) return undefined;
  return {
    ...(url === undefined ? {} : { url: url === OFF ? null : checkPodUrl(url, '--pod-url') }),
    ...(authority === undefined ? {} : { authority: authority === OFF ? null : resolve(cwd, authority) }),
    ...(image === undefined ? {} : { image: image === OFF ? null : image }),
  };
}
