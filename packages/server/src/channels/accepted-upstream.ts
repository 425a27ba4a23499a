import type { Channel } from '@rig-ops/wire';

/** Waits for ACCEPT; a client that goes away while what it asked for is being started takes it along. */
export async function acceptedUpstream(upstream: Channel, signal: AbortSignal): Promise<void> {
  const abandon = () => upstream.close();
  signal.addEventListener('abort', abandon, { once: true });
  try {
    await upstream.accepted;
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}
