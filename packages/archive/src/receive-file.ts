import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import { CopyCount, type Copied } from './copied.ts';
import { chooseDestination } from './destination.ts';
import { TreeWriter } from './tree-writer.ts';
import type { UnpackOptions } from './unpack.ts';

/** Writes what comes as one file; it has its name once all of it is there. */
export async function receiveFile(
  chunks: AsyncIterable<Uint8Array>,
  options: UnpackOptions,
): Promise<Copied> {
  const { destination: wanted, shown, noClobber, allow, onProgress } = options;
  if (isFolder(wanted)) {
    throw new RigError('path_conflict', `${shown} is a folder.`, {
      hint: 'Name the file that it is to become.',
    });
  }
  const destination = chooseDestination(wanted, { name: basename(wanted), folder: false }, shown);
  allow?.(destination.path);
  const count = new CopyCount();
  const writer = new TreeWriter({ destination, shown, noClobber, count }, false);
  try {
    const begun = writer.begin([]);
    for await (const bytes of chunks) {
      writer.write(bytes);
      onProgress?.(count.bytes);
    }
    if (begun) writer.end({ mode: 0o644, mtime: new Date() });
    writer.finish();
    return count.told;
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
