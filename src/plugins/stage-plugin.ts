import { readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import { type NpmOptions, npm } from './npm.ts';
import type { PluginSource } from './plugin-source.ts';

export interface FetchedPlugin {
  name: string;
  version: string;
  /** `sha512-…` of the packed file. */
  integrity: string;
  /** The packed file, inside the staging folder. */
  file: string;
}

/** Brings the packed plugin into a staging folder: packs a folder, clones a repository, downloads. Runs nothing of it. */
export async function fetchPlugin(
  source: PluginSource,
  staging: string,
  options: Omit<NpmOptions, 'cwd'>,
): Promise<FetchedPlugin> {
  const destination = join(staging, 'source');
  await mkdir(destination);
  await writeFile(join(staging, 'package.json'), '{"private":true}\n');
  const said = await npm(['pack', source.spec, '--ignore-scripts', `--pack-destination=${destination}`], {
    ...options,
    cwd: staging,
  });
  const { name, version, integrity } = readPacked(said);
  const [file] = await readdir(destination);
  if (file === undefined)
    throw new RigError('plugin_install_failed', `npm packed nothing of ${source.spec}.`);
  return { name, version, integrity, file: join(destination, file) };
}

function readPacked(said: string): { name: string; version: string; integrity: string } {
  const document = JSON.parse(said) as object;
  // A list, or by name, depending on the version of npm.
  const [packed] = Object.values(document) as Record<string, unknown>[];
  const { name, version, integrity } = packed ?? {};
  if (typeof name !== 'string' || typeof version !== 'string' || typeof integrity !== 'string') {
    throw new RigError('plugin_install_failed', 'npm does not tell what it has packed.');
  }
  return { name, version, integrity };
}

/** Unpacks a fetched plugin and its dependencies below the staging folder. No install script is run. */
export async function unpackPlugin(
  plugin: FetchedPlugin,
  source: PluginSource,
  staging: string,
  options: Omit<NpmOptions, 'cwd'>,
): Promise<void> {
  const { name, version, integrity, file } = plugin;
  // The registry is asked by name: signatures are verified of what npm knows to come from one.
  const local = join(staging, 'source', 'plugin.tgz');
  if (source.kind !== 'registry') await rename(file, local);
  const dependencies = { [name]: source.kind === 'registry' ? version : 'file:source/plugin.tgz' };
  await writeFile(join(staging, 'package.json'), `${JSON.stringify({ private: true, dependencies })}\n`);
  await npm(['install', '--ignore-scripts', '--omit=dev', '--install-links', '--prefer-offline'], {
    ...options,
    cwd: staging,
  });
  const locked = readPackageLock(staging)[`node_modules/${name}`];
  if (locked?.integrity !== integrity) {
    throw new RigError(
      'plugin_damaged',
      `${name} ${version} came with two digests: ${integrity} and ${locked?.integrity ?? 'none'}.`,
    );
  }
  if (source.kind === 'registry') await rm(join(staging, 'source'), { recursive: true, force: true });
}

/** Names of the installed packages that have install scripts. */
export function packagesWithScripts(staging: string): string[] {
  const names = Object.entries(readPackageLock(staging))
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
  return [...new Set(names)].toSorted();
}

/** Runs the install scripts of these packages and of no others. */
export async function runScripts(
  names: readonly string[],
  staging: string,
  options: Omit<NpmOptions, 'cwd'>,
): Promise<void> {
  if (names.length === 0) return;
  const path = join(staging, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as object;
  // npm 12 runs scripts of packages that are listed here alone.
  const allowScripts = Object.fromEntries(names.map((name) => [name, true]));
  await writeFile(path, `${JSON.stringify({ ...manifest, allowScripts })}\n`);
  await npm(['rebuild', ...names, '--ignore-scripts=false', '--foreground-scripts=false'], {
    ...options,
    cwd: staging,
  });
}

interface LockedPackage {
  integrity?: string;
  hasInstallScript?: boolean;
}

function readPackageLock(staging: string): Record<string, LockedPackage> {
  const text = readFileSync(join(staging, 'package-lock.json'), 'utf8');
  return (JSON.parse(text) as { packages: Record<string, LockedPackage> }).packages;
}
