import { createHash } from 'node:crypto';
import type { BundleEntry, BundleManifest } from '@rig-ops/contract/bundle-manifest';

/** The id of a bundle: the SHA-256 of the manifest's canonical bytes, as contract defines them. */
export function manifestId(manifest: BundleManifest): string {
  const canonical = { version: manifest.version, entries: manifest.entries.map(canonicalEntry) };
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}

/** Repeats an entry with its keys in the order of contract and without any other. */
function canonicalEntry(entry: BundleEntry): BundleEntry {
  const { type, path } = entry;
  if (type === 'symlink') return { type, path, target: entry.target };
  if (type === 'directory') return { type, path };
  const { executable, size, chunks } = entry;
  return { type, path, executable, size, chunks };
}
