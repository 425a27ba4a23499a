import type { BundleLimits } from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';
import type { Scan, ScannedFile } from './scan.ts';

/** Bytes of all files of a scan. */
export function contentBytes({ entries }: Scan): number {
  return entries.reduce((sum, entry) => sum + (entry.type === 'file' ? entry.size : 0), 0);
}

/** The largest files of a scan, the largest first. */
export function largestFiles({ entries }: Scan, count: number): ScannedFile[] {
  const files = entries.flatMap((entry) => (entry.type === 'file' ? [entry] : []));
  return files.toSorted((a, b) => b.size - a.size).slice(0, count);
}

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
