import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export interface SharedModules {
  /** Where the bundle and its facades lie. */
  folder: string;
  /** Versions of the packages in the bundle. */
  versions: Readonly<Record<string, string>>;
  /** By specifier, or by the path below the core's root for a module of the core itself. */
  facades: Readonly<Record<string, { file: string; package?: string }>>;
}

/**
 * Leads imports of oclif, kit, client and contract to the copies in the bundle, from plugins as well, so that
 * there is one of each in a process and nothing is loaded twice. A plugin that brings a newer or an
 * incompatible version keeps its own.
 */
export function shareModules({ folder, versions, facades }: SharedModules): void {
  const root = pathToFileURL(join(dirname(dirname(folder)), '/')).href;
  const base = pathToFileURL(join(folder, '/')).href;
  const decided = new Map<string, boolean>();
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const key = specifier.startsWith(root) ? specifier.slice(root.length) : specifier;
      const facade = Object.hasOwn(facades, key) ? facades[key] : undefined;
      if (facade === undefined) return nextResolve(specifier, context);
      const { package: name } = facade;
      const url = base + facade.file;
      const { parentURL } = context;
      if (name === undefined || parentURL === undefined || !parentURL.startsWith('file:')) {
        return { url, shortCircuit: true };
      }
      const from = dirname(fileURLToPath(parentURL));
      const importer = `${name} ${from}`;
      let ours = decided.get(importer);
      if (ours === undefined) {
        ours = mayShare(installedVersion(from, name), versions[name] ?? '');
        decided.set(importer, ours);
      }
      return ours ? { url, shortCircuit: true } : nextResolve(specifier, context);
    },
  });
}

/** The version a module in a folder would get by Node's own search; undefined where it would get none. */
function installedVersion(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const manifest = join(folder, 'node_modules', name, 'package.json');
    if (existsSync(manifest)) return readVersion(manifest);
    if (dirname(folder) === folder) return undefined;
  }
}

function readVersion(manifest: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether the bundle's version does for a plugin that was installed with another: the same, or a later
 * one that promises to be compatible (semver: same major; below 1.0.0, same minor). Where nothing is
 * installed the plugin counts on the bundle.
 */
export function mayShare(installed: string | undefined, bundled: string): boolean {
  if (installed === undefined || installed === bundled) return true;
  const own = parseVersion(installed);
  const ours = parseVersion(bundled);
  if (own === undefined || ours === undefined) return false;
  const stable = own[0] > 0 ? 1 : 2;
  for (const [index, number] of own.entries()) {
    const difference = (ours[index] ?? 0) - number;
    if (difference !== 0) return index >= stable && difference > 0;
  }
  return true;
}

/** Undefined for a pre-release, which promises nothing. */
function parseVersion(version: string): [number, number, number] | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)(?:\+.*)?$/.exec(version);
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])];
}
