import { contentBytes, largestFiles, type Scan } from '@rig-ops/bundle';
import type { BundleLimits } from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';
import { formatBytes, sanitise } from '@rig-ops/kit/text';

/** A source larger than this mostly holds something nobody meant to deploy. */
const LARGE_BYTES = 100_000_000;
const SHOWN_FILES = 5;

/** What to say about the size of a source; null while there is nothing to say. */
export function describeLarge(scan: Scan, from = LARGE_BYTES): string | null {
  const bytes = contentBytes(scan);
  if (bytes <= from) return null;
  return `The source has ${formatBytes(bytes)}; the largest files are\n${listLargest(scan)}\nWhat the app does not need can be listed in .rigignore.`;
}

/** Throws `bundle_too_large`, with the largest files, when a source has more bytes than the platform takes. */
export function requireSize(scan: Scan, { totalBytes }: BundleLimits): void {
  const bytes = contentBytes(scan);
  if (bytes <= totalBytes) return;
  throw new RigError(
    'bundle_too_large',
    `The source has ${formatBytes(bytes)}, and the platform takes ${formatBytes(totalBytes)}; the largest files are\n${listLargest(scan)}`,
    {
      details: {
        bytes,
        limit: totalBytes,
        largest: largestFiles(scan, SHOWN_FILES).map(({ path, size }) => ({ path, size })),
      },
    },
  );
}

function listLargest(scan: Scan): string {
  return largestFiles(scan, SHOWN_FILES)
    .map(({ path, size }) => `  ${formatBytes(size).padStart(7)}  ${sanitise(path)}`)
    .join('\n');
}
