import { createHash } from 'node:crypto';
import {
  BUNDLE_LIMITS,
  type BundleManifest,
  CHUNK_BYTES,
  type FileEntry,
} from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';
import type { Scan, ScannedFile } from '../scan/scan.ts';
import { Turn } from '../turn.ts';
import { readSourceFile } from './read-source-file.ts';

export interface HashOptions {
  signal?: AbortSignal;
  /** Bytes read so far. */
  onProgress?: (readBytes: number) => void;
}

/**
 * Reads what a scan found and makes the manifest of it.
 * @throws RigError `source_changed`, `source_unreadable`, `invalid_bundle` when files grew beyond the
 * limit; the reason of the signal
 */
export async function hashTree(
  scan: Scan,
  { signal, onProgress }: HashOptions = {},
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
    const file = hashFile(scan.root, entry, buffer);
    entries.push(file);
    readBytes += file.size;
    if (readBytes > BUNDLE_LIMITS.totalBytes) {
      throw new RigError('invalid_bundle', `The source has more than ${BUNDLE_LIMITS.totalBytes} bytes.`, {
        hint: 'List what is not needed in .rigignore.',
      });
    }
    onProgress?.(readBytes);
    await turn.pass(signal);
  }
  return { version: 1, entries };
}

function hashFile(root: string, { path, onDisk = path }: ScannedFile, buffer: Buffer): FileEntry {
  const chunks: string[] = [];
  const { size, executable } = readSourceFile(`${root}/${onDisk}`, onDisk, {
    buffer,
    begin: () => {
      chunks.length = 0;
    },
    take: (piece) => chunks.push(createHash('sha256').update(piece).digest('hex')),
  });
  return { type: 'file', path, executable, size, chunks };
}
