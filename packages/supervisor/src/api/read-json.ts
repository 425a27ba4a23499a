import type { IncomingMessage } from 'node:http';
import { RigError } from '@rig-ops/contract/errors';

/** A job with a large environment fits many times. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** The JSON body of a request; an empty one is `{}`. Throws `malformed_json`, `body_too_large`. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Read to its end even when it is too large: a client that still sends would not see the answer.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES) throw new RigError('body_too_large', 'The body is larger than 8 MiB.');
  if (size === 0) return {};
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch (error) {
    throw new RigError('malformed_json', 'The body is not JSON.', { cause: error });
  }
}
