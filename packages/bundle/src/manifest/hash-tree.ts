import { hash } from 'node:crypto';
import type { BundleManifest, FileEntry } from '@rig-ops/contract/bundle-manifest';
import { CHUNK_BYTES } from '@rig-ops/contract/bundle-limits';
import { giveBack } from '../give-back.ts';
import type { StatCache } from '../cache/stat-cache.ts';
import type { Scan, ScannedFile } from '../scan/scan.ts';
import { Turn } from '../turn.ts';
import { readSourceFile } from './read-source-file.ts';

export interface HashOptions {
  signal?: AbortSignal;
  /** Bytes read so far. */
  onProgress?: (readBytes: number) => void;
  /** Of this tree; what it knows is not read. It learns what is, and is saved once all went well. */
  cache?: StatCache;
}

/**
 * Makes the manifest of what a scan found, and reads what is not known already.
 * @throws RigError `source_changed`, `source_unreadable`; the reason of the signal
 */
export async function hashTree(
  scan: Scan,
  { signal, onProgress, cache }: HashOptions = {},
): Promise<BundleManifest> {
  const entries: BundleManifest['entries'] = [];
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let readBytes = 0;
  const turn = new Turn();
  for (const entry of scan.entries) {
    if (entry.type !== 'file') {
      entries.push(entry);
      continue;
    }
    const known = cache === undefined ? null : recall(entry, cache);
    const file = known ?? hashFile(scan.root, entry, { buffer, cache });
    entries.push(file);
    if (known === null) {
      readBytes += file.size;
      onProgress?.(readBytes);
    }
    signal?.throwIfAborted();
    if (turn.isOver) await turn.pass(signal);
  }
  giveBack(buffer);
  cache?.save();
  return { version: 1, entries };
}

function recall(file: ScannedFile, cache: StatCache): FileEntry | null {
  const { path, onDisk = path, size, executable, stamp } = file;
  const chunks = cache.find(onDisk, { size, ...stamp, ino: stamp.inode });
  return chunks === null ? null : { type: 'file', path, executable, size, chunks };
}

function hashFile(
  root: string,
  { path, onDisk = path, secret }: ScannedFile,
  { buffer, cache }: { buffer: Buffer; cache: StatCache | undefined },
): FileEntry {
  const chunks: string[] = [];
  let readAtNs = 0n;
  const { size, executable, stamp } = readSourceFile(`${root}/${onDisk}`, onDisk, {
    buffer,
    begin: () => {
      chunks.length = 0;
      readAtNs = cache?.now() ?? 0n;
    },
    take: (piece) => chunks.push(hash('sha256', piece, 'hex')),
  });
  // That a cache knows a file says as well that it is no secret.
  if (secret !== true) cache?.add(onDisk, { size, ...stamp, chunks }, readAtNs);
  return { type: 'file', path, executable, size, chunks };
}
