import { type RootCapability, ROOT_CAPABILITIES } from '@rig-ops/contract/supervisor-containers';
import type { Plan } from '../../detectors/plan.ts';
import type { BuildImage } from './build-image.ts';

/**
 * What root may in the containers of an image: what it needs to take its files and become somebody else, where the image
 * was made elsewhere and begins as root. What rig.toml says wins. Empty for none.
 */
export function capabilitiesOf(
  { capabilities, image }: Pick<Plan, 'capabilities' | 'image'>,
  { user }: Pick<BuildImage, 'user'>,
): readonly RootCapability[] {
  if (capabilities !== undefined) return capabilities;
  return image !== undefined && user !== undefined && isRoot(user) ? ROOT_CAPABILITIES : [];
}

const isRoot = (user: string): boolean => /^(root|0*)(:|$)/.test(user);
