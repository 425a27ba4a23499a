import { toErrorDocument } from '@rig-ops/contract/errors';
import { type Channel, relay } from '@rig-ops/wire';
import type { Abandon } from './accepted-upstream.ts';

/**
 * Accepts the channel of a client with what the engine has said of the session, and joins the two until both
 * are over.
 */
export async function relaySession(
  accept: (accepted: unknown) => Channel,
  accepted: unknown,
  upstream: Channel,
  abandon: Abandon,
): Promise<void> {
  let downstream: Channel;
  try {
    downstream = accept(accepted);
  } catch (error) {
    abandon(upstream);
    throw error;
  }
  try {
    await relay(downstream, upstream);
  } catch (error) {
    // It was over before the two were joined.
    upstream.close(toErrorDocument(error));
    throw error;
  }
}
