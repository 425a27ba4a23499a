import { hash } from 'node:crypto';
import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import { canonicalEntry } from './canonical-entry.ts';

/** The id of a bundle: the SHA-256 of the manifest's canonical bytes, as contract defines them. */
export function manifestId(manifest: BundleManifest): string {
  const canonical = { version: manifest.version, entries: manifest.entries.map(canonicalEntry) };
  return hash('sha256', JSON.stringify(canonical), 'hex');
}
