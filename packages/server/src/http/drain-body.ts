import type { IncomingMessage } from 'node:http';

/** A client that sends more, or slower, may lose the answer. */
const MAX_DRAINED_BYTES = 64 * 1024 * 1024;
const MAX_DRAIN_MS = 5_000;

/**
 * Reads what is still coming of a request that is to be refused, and throws it away. Answering first would
 * let Node close the connection under a client that is still sending, which then sees a reset and no answer.
 */
export async function drainBody(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, MAX_DRAIN_MS);
  let drained = 0;
  const onData = (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > MAX_DRAINED_BYTES) resolve();
  };
  request.on('data', onData);
  for (const event of ['end', 'close', 'error'] as const) request.once(event, () => resolve());
  request.resume();
  await promise;
  clearTimeout(timer);
  request.off('data', onData);
}
