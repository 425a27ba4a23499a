import { lstatSync, readdirSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import type { CopyCount } from './copied.ts';
import { toFileError } from './file-error.ts';
import type { EntryKind } from './tar-header.ts';

/** One thing that is to be copied. */
export interface SourceEntry {
  /** In the archive: begins with the name of the source. */
  name: string;
  path: string;
  kind: EntryKind;
  stats: Stats;
  target?: string;
}

/**
 * Everything that a source is made of, a folder before what is in it. The source itself may be a link, which is
 * followed; those inside are kept as links. What is no file, folder or link is left out and told.
 * @param shown the source as its user knows it
 * @throws RigError `path_not_found`, `path_not_accessible`, or `path_conflict` for a folder without `recursive`
 */
export function* scanTree(
  source: string,
  { shown, recursive, count, name = nameOf(source) }: ScanOptions,
): Generator<SourceEntry> {
  let stats: Stats;
  try {
    stats = statSync(source);
  } catch (error) {
    throw toFileError(error, shown);
  }
  if (stats.isDirectory()) {
    if (!recursive) {
      throw new RigError('path_conflict', `${shown} is a folder.`, { hint: 'Copy it with -r.' });
    }
    yield { name, path: source, kind: 'Directory', stats };
    yield* scanFolder(source, name, count);
  } else if (stats.isFile()) {
    yield { name, path: source, kind: 'File', stats };
  } else {
    throw new RigError('path_conflict', `${shown} is ${describeSpecial(stats)}, which cannot be copied.`);
  }
}

export interface ScanOptions {
  shown: string;
  recursive: boolean;
  count: CopyCount;
  /** In the archive, when it is not that of the path. */
  name?: string | undefined;
}

/** A folder that is named by where one is stands for what is in it: its archive begins with `.`. */
export function nameOf(source: string): string {
  const last = basename(source);
  return last === '' || last === '.' || last === '..' ? '.' : last;
}

function* scanFolder(folder: string, name: string, count: CopyCount): Generator<SourceEntry> {
  let names: string[];
  try {
    names = readdirSync(folder).toSorted();
  } catch (error) {
    count.leave(name, reasonOf(error), true);
    return;
  }
  for (const each of names) {
    const path = join(folder, each);
    const inside = `${name}/${each}`;
    // A name that is not UTF-8 cannot be found by what Node has made of it.
    if (each.includes('\uFFFD')) count.leave(inside, 'its name is not UTF-8', true);
    else yield* scanEntry(path, inside, count);
  }
}

function* scanEntry(path: string, name: string, count: CopyCount): Generator<SourceEntry> {
  let stats: Stats;
  let target: string | undefined;
  try {
    stats = lstatSync(path);
    if (stats.isSymbolicLink()) target = readlinkSync(path);
  } catch (error) {
    count.leave(name, reasonOf(error), true);
    return;
  }
  if (target !== undefined) yield { name, path, kind: 'SymbolicLink', stats, target };
  else if (stats.isFile()) yield { name, path, kind: 'File', stats };
  else if (stats.isDirectory()) {
    yield { name, path, kind: 'Directory', stats };
    yield* scanFolder(path, name, count);
  } else count.leave(name, describeSpecial(stats));
}

export const reasonOf = (error: unknown): string =>
  `it cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`;

function describeSpecial(stats: Stats): string {
  if (stats.isSocket()) return 'a socket';
  if (stats.isFIFO()) return 'a pipe';
  return 'a device';
}
