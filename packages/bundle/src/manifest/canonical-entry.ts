import type { BundleEntry } from '@rig-ops/contract/bundle-manifest';

/** Repeats an entry with its keys in the order of contract and without any other. */
export function canonicalEntry(entry: BundleEntry): BundleEntry {
  const { type, path } = entry;
  if (type === 'symlink') return { type, path, target: entry.target };
  if (type === 'directory') return { type, path };
  const { executable, size, chunks } = entry;
  return { type, path, executable, size, chunks };
}
