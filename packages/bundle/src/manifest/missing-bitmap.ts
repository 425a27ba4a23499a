import { RigError } from '@rig-ops/contract/errors';
import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';

/** The chunks of a bundle, each once, in the order in which the manifest names them first. */
export function chunkDigestsOf(manifest: BundleManifest): Set<string> {
  const digests = new Set<string>();
  for (const entry of manifest.entries) {
    if (entry.type === 'file') for (const digest of entry.chunks) digests.add(digest);
  }
  return digests;
}

/** One bit per chunk in the order of {@link chunkDigestsOf}, lowest first, in base64; `''` when none is missing. */
export function encodeMissing(
  manifest: BundleManifest,
  missing: ReadonlySet<string>,
  digests: ReadonlySet<string> = chunkDigestsOf(manifest),
): string {
  if (missing.size === 0) return '';
  const bits = Buffer.alloc(Math.ceil(digests.size / 8));
  let number = 0;
  for (const digest of digests) {
    if (missing.has(digest)) bits[number >> 3] = (bits[number >> 3] ?? 0) | (1 << (number & 7));
    number += 1;
  }
  return bits.toString('base64');
}

/** What {@link encodeMissing} said. Throws `unexpected` when it was said of another manifest. */
export function decodeMissing(manifest: BundleManifest, text: string): Set<string> {
  const missing = new Set<string>();
  if (text === '') return missing;
  const digests = chunkDigestsOf(manifest);
  const bits = Buffer.from(text, 'base64');
  if (bits.length !== Math.ceil(digests.size / 8)) {
    throw new RigError('unexpected', 'The platform told of what is missing in a way that does not fit.');
  }
  let number = 0;
  for (const digest of digests) {
    if (((bits[number >> 3] ?? 0) >> (number & 7)) & 1) missing.add(digest);
    number += 1;
  }
  return missing;
}
