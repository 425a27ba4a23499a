import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { BinaryAnswer } from '../../http/route-handlers.ts';

/** SHA-256 in hex of a whole file. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** The bytes of a file between two offsets, as they are when it is called. */
export function sendFile(
  path: string,
  from: number,
  to: number,
  headers: Readonly<Record<string, string>>,
): BinaryAnswer {
  const stream = from >= to ? Readable.from([]) : createReadStream(path, { start: from, end: to - 1 });
  return { bytes: to - from, headers, stream };
}
