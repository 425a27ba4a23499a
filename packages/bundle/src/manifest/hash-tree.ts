import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import type { StatCache } from '../cache/stat-cache.ts';
import type { Scan } from '../scan/scan.ts';
import { Turn } from '../turn.ts';
import { FileReader } from './file-reader.ts';

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
  const reader = new FileReader(scan.root, cache);
  let readBytes = 0;
  const turn = new Turn();
  for (const entry of scan.entries) {
    if (entry.type !== 'file') {
      entries.push(entry);
      continue;
    }
    const known = reader.recall(entry);
    const file = known ?? reader.read(entry);
    entries.push(file);
    if (known === null) {
      readBytes += file.size;
      onProgress?.(readBytes);
    }
    signal?.throwIfAborted();
    if (turn.isOver) await turn.pass(signal);
  }
  reader.close();
  cache?.save();
  return { version: 1, entries };
}
