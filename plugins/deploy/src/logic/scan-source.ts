import { join } from 'node:path';
import { type Scan, scanTree, StatCache } from '@rig-ops/bundle';
import type { BundleLimits } from '@rig-ops/contract/bundle-manifest';
import { checkRigToml } from './check-rig-toml.ts';
import type { OpenedSource } from './sources/opened-source.ts';

export interface ScanSourceOptions {
  /** State of rig, which is no part of any source. */
  rigHome: string;
  /** Of the platform. */
  limits: BundleLimits;
  cache?: StatCache | undefined;
  signal: AbortSignal;
}

/** Where what was read of a source is remembered; undefined for one that was unpacked and will not be met again. */
export function openCache({ root, from }: OpenedSource, rigHome: string): StatCache | undefined {
  return from === null ? new StatCache(join(rigHome, 'cache', 'trees'), root) : undefined;
}

/** Finds what of a source goes up, and what is wrong with it before anything does. */
export async function scanSource(source: OpenedSource, options: ScanSourceOptions): Promise<Scan> {
  const { rigHome, limits, cache, signal } = options;
  const scan = await scanTree(source.root, {
    signal,
    limits,
    ...(cache && { cache }),
    exclude: [rigHome],
    gitRules: !source.isExact,
  });
  await checkRigToml(scan, source.folder);
  return scan;
}
