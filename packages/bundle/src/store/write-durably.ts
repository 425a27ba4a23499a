import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';

/**
 * Puts a file in its place whole, and on the disk before this answers. `part` is a name beside it that
 * nobody else writes to; nothing stays there.
 * @throws RigError `disk_full`
 */
export async function writeDurably(file: string, part: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeSynced(part, bytes);
    await rename(part, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(part, { force: true });
    throw asDiskFull(error);
  }
}

/**
 * The same at once, for a thread that may wait: each call of the other goes to another thread and back, which
 * adds up where the processors have much to do.
 */
export function writeDurablySync(file: string, part: string, bytes: Uint8Array): void {
  try {
    doSynced(part, 'w', (descriptor) => {
      for (let offset = 0; offset < bytes.length; ) offset += writeSync(descriptor, bytes, offset);
    });
    renameSync(part, file);
    doSynced(dirname(file), 'r', () => undefined);
  } catch (error) {
    rmSync(part, { force: true });
    throw asDiskFull(error);
  }
}

function doSynced(path: string, flags: string, work: (descriptor: number) => void): void {
  const descriptor = openSync(path, flags, 0o600);
  try {
    work(descriptor);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Names a full disk or quota for what it is; whatever else stays as it is. */
export function asDiskFull(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new RigError('disk_full', 'The disk of the platform is full.', { cause: error });
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await writeAll(file, bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** One write may take less than it was given. */
async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, offset);
    offset += bytesWritten;
  }
}

/** A new name is on the disk only once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
