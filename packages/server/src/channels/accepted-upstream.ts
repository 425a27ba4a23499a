import type { Channel } from '@rig-ops/wire';

/** Lets go of what a client has asked for that has gone before it was told of it. */
export type Abandon = (upstream: Channel) => void;

/**
 * Waits for ACCEPT, and answers what it carried; a client that goes away while what it asked for is being started
 * takes it along.
 */
export async function acceptedUpstream(
  upstream: Channel,
  signal: AbortSignal,
  abandon: Abandon = (channel) => channel.close(),
): Promise<unknown> {
  const onAbort = () => abandon(upstream);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const accepted = await upstream.accepted;
    signal.throwIfAborted();
    return accepted;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
