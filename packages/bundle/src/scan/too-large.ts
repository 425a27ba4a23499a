import type { BundleLimits } from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';
import type { Scan } from './scan.ts';

/** The refusal of a source with too many entries; says where most of those found so far are. */
export function tooManyEntries({ entries }: Scan, { entries: limit }: BundleLimits): RigError {
  const counts = new Map<string, number>();
  for (const { path } of entries) {
    const slash = path.indexOf('/');
    const top = slash < 0 ? '.' : path.slice(0, slash);
    counts.set(top, (counts.get(top) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted(([, a], [, b]) => b - a);
  const where = most === undefined ? '' : `, most of them in ${most[0]}`;
  return new RigError('bundle_too_large', `The source has more than ${limit} files and folders${where}.`, {
    details: { limit },
  });
}
