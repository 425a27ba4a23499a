import { BUNDLE_LIMITS, CHUNK_BYTES } from '@rig-ops/contract/bundle-limits';
import type { BundleLimits, BundleManifest } from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';
import { checkEntries } from './check-entries.ts';

const digest = /^[0-9a-f]{64}$/;

/**
 * Checks every promise of a bundle that its shape alone does not keep.
 * @param haveDigests whether it was checked before that chunks are named by digests, as its schema does
 * @throws RigError `invalid_bundle` that names the path; `bundle_too_large`
 */
export function validateManifest(
  manifest: BundleManifest,
  limits: BundleLimits = BUNDLE_LIMITS,
  { haveDigests = false }: { haveDigests?: boolean } = {},
): void {
  if (manifest.entries.length > limits.entries) {
    throw tooLarge(`The bundle has more than ${limits.entries} entries.`);
  }
  checkEntries(manifest.entries);
  let total = 0;
  for (const entry of manifest.entries) {
    if (entry.type !== 'file') continue;
    const { path, size, chunks } = entry;
    total += size;
    if (!Number.isSafeInteger(size) || size < 0) throw refusal(`The size of ${path} is none.`, path);
    if (total > limits.totalBytes) {
      throw tooLarge(`With ${path} the bundle has more than ${limits.totalBytes} bytes.`);
    }
    if (chunks.length !== Math.ceil(size / CHUNK_BYTES)) {
      throw refusal(`${path} has ${chunks.length} chunks, which does not fit its ${size} bytes.`, path);
    }
    if (!haveDigests && !chunks.every((chunk) => digest.test(chunk)))
      throw refusal(`${path} has a chunk without digest.`, path);
  }
}

function tooLarge(message: string): RigError {
  return new RigError('bundle_too_large', message);
}

function refusal(message: string, path: string): RigError {
  return new RigError('invalid_bundle', message, { details: { path } });
}
