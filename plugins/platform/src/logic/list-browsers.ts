import type { RigClient } from '@rig-ops/client';
import { isRigError } from '@rig-ops/contract/errors';
import type { BrowserSession } from '@rig-ops/contract/resources';

/** Browsers that are logged in as a user; none on a platform that knows no browsers yet. */
export async function listBrowsers(
  client: Pick<RigClient, 'call'>,
  input: { params: { user: string }; signal: AbortSignal },
): Promise<BrowserSession[]> {
  try {
    return (await client.call('listBrowserSessions', input)).sessions;
  } catch (error) {
    if (isRigError(error) && error.code === 'route_not_found') return [];
    throw error;
  }
}
