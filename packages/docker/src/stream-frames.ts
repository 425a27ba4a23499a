import { RigError } from '@rig-ops/contract/errors';

/** A piece of what a program printed. */
export interface StreamFrame {
  stream: 'stdout' | 'stderr';
  bytes: Buffer;
}

const HEADER_BYTES = 8;
/** A line of a log comes in pieces of 16 KiB, and output as it was read; nothing of this size is either of them. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/**
 * The frames of a stream without terminal, each as the daemon has made it (Engine API, "Stream format"): one byte for
 * the stream, three of zeros, the size as 32 bits.
 * @throws RigError `docker_refused` where that is not what comes, or it ends in the middle of a frame
 */
export async function* readFrames(source: AsyncIterable<Buffer>): AsyncGenerator<StreamFrame> {
  let held: Buffer[] = [];
  let size = 0;
  const take = (): Buffer => {
    const [only, ...others] = held;
    const all = others.length === 0 && only !== undefined ? only : Buffer.concat(held);
    held = [all];
    return all;
  };
  let needed = HEADER_BYTES;
  for await (const chunk of source) {
    held.push(chunk);
    size += chunk.length;
    if (size < needed) continue;
    let rest = take();
    for (;;) {
      if (rest.length < HEADER_BYTES) {
        needed = HEADER_BYTES;
        break;
      }
      const length = rest.readUInt32BE(4);
      if (length > MAX_FRAME_BYTES) throw broken('a piece of it is too large');
      needed = HEADER_BYTES + length;
      if (rest.length < needed) break;
      const bytes = rest.subarray(HEADER_BYTES, needed);
      yield { stream: streamOf(rest, bytes), bytes };
      rest = rest.subarray(needed);
    }
    held = rest.length === 0 ? [] : [rest];
    size = rest.length;
  }
  if (size > 0) throw broken('it ends in the middle of a piece');
}

/** 0 is stdin, which a daemon echoes nowhere; 3 is what the daemon itself has to say, as text. */
function streamOf(head: Buffer, bytes: Buffer): StreamFrame['stream'] {
  if (head[0] === 1) return 'stdout';
  if (head[0] === 2) return 'stderr';
  throw broken(head[0] === 3 ? bytes.toString('utf8').trim() : 'it is none of a program');
}

const broken = (why: string): RigError =>
  new RigError('docker_refused', `The Docker daemon sent output that cannot be read: ${why}.`);
