import type { IncomingMessage } from 'node:http';
import { RigError } from '@rig-ops/contract/errors';

/** Far above any form of ours. */
const MAX_FORM_BYTES = 16 * 1024;

/** @throws RigError `invalid_input` for another type of content, `body_too_large` */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const [type] = (request.headers['content-type'] ?? '').split(';');
  if (type?.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
    throw new RigError('invalid_input', 'This takes a form.', {
      hint: 'Send it with content-type application/x-www-form-urlencoded.',
    });
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_FORM_BYTES) throw new RigError('body_too_large', 'The form is too large.');
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}
