import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, matchesGlob } from 'node:path';
import type { Interfaces } from '@oclif/core';

/** Where a plugin is, before anything of it was read. */
export interface PluginPlace {
  name: string;
  /** `core` comes with rig, `user` was installed, `link` is a folder of its author. */
  type: 'core' | 'user' | 'link';
  /** Undefined where it could not be found. */
  root: string | undefined;
  tag?: string | undefined;
}

type Manifest = Pick<Interfaces.PJSON, 'dependencies'> & { oclif?: { plugins?: string[] } };

/** The plugins a package brings: those its `oclif.plugins` names, by name or pattern, among its dependencies. */
export function broughtBy(
  root: string,
  { dependencies = {}, oclif }: Manifest,
  type: PluginPlace['type'],
): PluginPlace[] {
  const patterns = oclif?.plugins ?? [];
  return Object.keys(dependencies)
    .filter((name) => patterns.some((pattern) => pattern === name || matchesPattern(name, pattern)))
    .toSorted((a, b) => patterns.indexOf(a) - patterns.indexOf(b))
    .map((name) => ({ name, type, root: findPackage(root, name) }));
}

function matchesPattern(name: string, pattern: string): boolean {
  return /[*?[{]/.test(pattern) && matchesGlob(name, pattern);
}

/**
 * The plugins of the user: what oclif's `plugins` commands write into the package.json of its data folder.
 * Throws for a file that cannot be read or parsed.
 */
export function userPlaces(dataDir: string): PluginPlace[] {
  const text = readIfThere(join(dataDir, 'package.json'));
  if (text === undefined) return [];
  const { oclif } = JSON.parse(text) as { oclif?: { plugins?: unknown } };
  const entries = Array.isArray(oclif?.plugins) ? (oclif.plugins as unknown[]) : [];
  const places = entries.map((entry) => placeOf(dataDir, entry)).filter((place) => place !== undefined);
  // As oclif has it: what was installed comes before what is linked.
  return places.toSorted((a, b) => Number(a.type === 'link') - Number(b.type === 'link'));
}

function placeOf(dataDir: string, entry: unknown): PluginPlace | undefined {
  if (typeof entry === 'string') return { name: entry, type: 'user', root: findPackage(dataDir, entry) };
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { name, type, root, tag } = entry as Record<string, unknown>;
  if (typeof name !== 'string' || (type !== 'user' && type !== 'link')) return undefined;
  const given = typeof root === 'string' && existsSync(join(root, 'package.json')) ? root : undefined;
  const searched = type === 'user' ? findPackage(typeof root === 'string' ? root : dataDir, name) : undefined;
  return { name, type, root: given ?? searched, ...(typeof tag === 'string' ? { tag } : {}) };
}

/** Node's search for a package, from a folder upwards. */
function findPackage(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return realpathSync(found);
    if (dirname(folder) === folder) return undefined;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
