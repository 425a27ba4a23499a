import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { BUNDLE_LIMITS } from '@rig-ops/contract/bundle-limits';
import type { BundleLimits } from '@rig-ops/contract/bundle-manifest';
import { RigError } from '@rig-ops/contract/errors';
import type { StatCache } from '../cache/stat-cache.ts';
import type { Environment } from '../git/git-config.ts';
import { IgnoreStack } from '../ignore/ignore-stack.ts';
import { stackAbove } from '../ignore/load-ignore-files.ts';
import { checkEntries } from '../manifest/check-entries.ts';
import { Turn } from '../turn.ts';
import { comparePaths } from './compare-paths.ts';
import { orUnreadable } from './read-folder.ts';
import type { Scan, ScannedEntry } from './scan.ts';
import { Walk } from './walk.ts';

export interface ScanOptions {
  signal?: AbortSignal;
  /** Of this tree: what it knows need not be looked into to tell a certificate from a private key. */
  cache?: StatCache;
  /** Folders that are never part of a source, as rig's own state; absolute. */
  exclude?: readonly string[];
  /** Whether what git ignores is left out; it is unless this is false, as for what comes out of a commit. */
  gitRules?: boolean;
  /** Of the platform; those of this version when absent. */
  limits?: BundleLimits;
  /** What git's own settings depend on; `process.env` when absent. */
  environment?: Environment;
}

/**
 * Finds what of a folder belongs to a bundle: all but what git ignores, what `.rigignore` lists, and
 * what looks like a secret. Folders that are left out are not entered. Reads no content but that of
 * `*.pem` and `*.key` files, to find private keys.
 * @throws RigError `source_not_found`, `source_unreadable`, `source_empty`, `bundle_too_large` for too
 * many entries; `invalid_bundle` for what a bundle cannot hold, naming it; the reason of the signal.
 */
export async function scanTree(root: string, options: ScanOptions = {}): Promise<Scan> {
  const { signal, cache, exclude = [], gitRules = true, limits = BUNDLE_LIMITS } = options;
  const { environment = process.env } = options;
  const absolute = resolve(root);
  checkRoot(absolute, root);
  const above = gitRules
    ? orUnreadable(absolute, () => stackAbove(absolute, environment))
    : new IgnoreStack('');
  if (above === null) throw new RigError('source_not_found', `There is no folder ${root} any more.`);
  const walk = new Walk(absolute, { cache, exclude: new Set(exclude), gitRules, limits, environment });
  const turn = new Turn();
  walk.begin(above);
  while (walk.step()) await turn.pass(signal);
  signal?.throwIfAborted();
  const { scan } = walk;
  if (!scan.entries.some(({ type }) => type === 'file')) throw emptyError(absolute, scan);
  sortByPath(scan.entries);
  checkEntries(scan.entries, { hint: 'Rename it, or list it in .rigignore.' });
  return scan;
}

/** They come in order, but for names in another normal form or beyond the first plane of Unicode. */
function sortByPath(entries: ScannedEntry[]): void {
  let previous = '';
  for (const { path } of entries) {
    if (comparePaths(previous, path) > 0) {
      entries.sort((a, b) => comparePaths(a.path, b.path));
      return;
    }
    previous = path;
  }
}

function checkRoot(absolute: string, given: string): void {
  const found = orUnreadable(given, () => statSync(absolute));
  if (found === null) throw new RigError('source_not_found', `There is no folder ${given}.`);
  if (!found.isDirectory()) throw new RigError('source_not_found', `${given} is not a folder.`);
}

function emptyError(root: string, { ignored }: Scan): RigError {
  const count = ignored.length;
  const reason =
    count === 0
      ? 'holds no file'
      : `holds no file but what is left out (${count}, such as ${ignored[0]?.path}, by ${ignored[0]?.rule})`;
  return new RigError('source_empty', `${root} ${reason}.`, {
    details: { leftOut: ignored.slice(0, 20) },
  });
}
