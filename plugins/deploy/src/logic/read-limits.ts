import type { RigClient } from '@rig-ops/client';
import { BUNDLE_LIMITS } from '@rig-ops/contract/bundle-limits';
import type { BundleLimits } from '@rig-ops/contract/bundle-manifest';
import { isRigError } from '@rig-ops/contract/errors';

/** What a platform takes at most; one that is too old to be asked has the limits of this version. */
export async function readLimits(client: RigClient, signal: AbortSignal): Promise<BundleLimits> {
  try {
    return (await client.call('getLimits', { signal })).bundle;
  } catch (error) {
    if (isRigError(error) && error.code === 'route_not_found') return BUNDLE_LIMITS;
    throw error;
  }
}
