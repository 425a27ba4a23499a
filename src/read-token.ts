import { addAbortSignal } from 'node:stream';
import { RigError } from '@rig-ops/contract/errors';
import type { StandardStreams, Ui } from '@rig-ops/kit';

/** Far above any token, far below what would hurt. */
const MAX_TOKEN_BYTES = 64 * 1024;

/** Reads a token from stdin, without the newline that ends it. Throws `invalid_input` when there is none. */
export async function readToken(
  stdin: StandardStreams['stdin'],
  ui: Ui,
  signal: AbortSignal,
): Promise<string> {
  if (stdin.isTTY === true) ui.note('Paste the token, then press Enter and Ctrl-D:');
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of addAbortSignal(signal, stdin)) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > MAX_TOKEN_BYTES)
      throw new RigError('invalid_input', 'What stdin holds is too long for a token.');
    chunks.push(bytes);
  }
  const token = Buffer.concat(chunks).toString('utf8').trim();
  if (token === '') {
    throw new RigError('invalid_input', 'stdin holds no token.', {
      hint: 'Pass it in, for example: --token - < token.txt',
    });
  }
  return token;
}
