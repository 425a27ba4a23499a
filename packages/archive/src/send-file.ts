import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { RigError } from '@rig-ops/contract/errors';
import type { Copied } from './copied.ts';
import { at } from './file-error.ts';
import type { PackOptions } from './pack.ts';

const CHUNK_BYTES = 256 * 1024;

/** Sends the content of one file as it is, to its end as it is then. */
export async function sendFile(
  source: string,
  { shown, write, onTotal, signal }: Omit<PackOptions, 'recursive'>,
): Promise<Copied> {
  const fd = at(shown, () => openSync(source, 'r'));
  try {
    const stats = fstatSync(fd);
    if (stats.isDirectory()) {
      throw new RigError('path_conflict', `${shown} is a folder.`, { hint: 'A stream is of one file.' });
    }
    onTotal?.({ files: 1, bytes: stats.size });
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    let bytes = 0;
    for (;;) {
      signal?.throwIfAborted();
      const length = at(shown, () => readSync(fd, buffer, 0, buffer.length, null));
      if (length === 0) return { files: 1, bytes, left: [], leftCount: 0, unreadable: 0 };
      await write(buffer.subarray(0, length));
      bytes += length;
    }
  } finally {
    closeSync(fd);
  }
}
