import { toErrorDocument } from '@rig-ops/contract/errors';
import type { Channel } from './channel.ts';
import { MuxChannel } from './mux-channel.ts';

/** How much a relay has passed on, of all streams. */
export interface RelayedBytes {
  upstream: number;
  downstream: number;
}

/**
 * Joins a channel to an already opened one in both directions: data, EOF, control, exit, close. Nobody may
 * have read either. Credit is end to end: what one far end allows is asked of the other, never more than
 * one window ahead of what has left here, so that a stalled reader stops the sender and nothing piles up
 * in between.
 * @returns when both are over, how many bytes were passed on; it does not fail: `closed` and `exited` of the channels tell how it went
 * @throws TypeError when a channel is not one of a Connection of this copy of the package, or is being read
 */
export async function relay(downstream: Channel, upstream: Channel): Promise<RelayedBytes> {
  if (!(downstream instanceof MuxChannel) || !(upstream instanceof MuxChannel)) {
    throw new TypeError('Only channels of a Connection can be relayed');
  }
  // Ahead of both: diverting one passes the credit it has on to the other.
  if (!downstream.unread || !upstream.unread)
    throw new TypeError('A channel that somebody reads cannot be relayed');
  divert(downstream, upstream);
  divert(upstream, downstream);
  await Promise.all([downstream.closed, upstream.closed]);
  return { upstream: upstream.outbound.sent, downstream: downstream.outbound.sent };
}

/** Sends what arrives on `from` out on `to`, and asks of `to` what there is room for on `from`. */
function divert(from: MuxChannel, to: MuxChannel): void {
  const window = from.windowBytes;
  const ask = (stream: number) => {
    const allowed = from.outbound.limitOf(stream);
    const limit = Math.min(allowed, from.outbound.sentOf(stream) + window);
    // Not for every frame: half a window is worth a CREDIT, and the last bytes that are allowed.
    if (limit === allowed || limit - to.inbound.grantedOf(stream) >= window / 2)
      to.inbound.grant(stream, limit);
  };
  from.outbound.onSent = ask;
  from.divert({
    data: (stream, bytes) => to.forward(stream, bytes),
    eof: (stream) => to.end(stream),
    credit: ask,
    control: (message) => to.control(message),
    exit: (outcome) => to.exit(outcome),
    over: (error) => to.close(error === undefined || from.exitReceived ? undefined : toErrorDocument(error)),
  });
}
