import type { BuildMachine, SourceTree } from '../detector.ts';
import { missingProgram } from '../missing-program.ts';
import type { PlanCache, PlanStep } from '../plan.ts';
import type { PackageManifest } from './package-manifest.ts';

export type ManagerName = 'npm' | 'pnpm' | 'yarn';

/** What there is to call for a package manager, and how it spells things. */
export interface PackageManager {
  name: ManagerName;
  /** How it is called. */
  command: string[];
  /** Yarn 2 and later, which is another program than yarn 1. */
  isModernYarn: boolean;
  caches: PlanCache[];
  env: Record<string, string>;
  notes: string[];
}

const COREPACK_ENV = { COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' };
const COREPACK_CACHE: PlanCache = { name: 'corepack', variable: 'COREPACK_HOME' };

const CACHES: Record<ManagerName, PlanCache> = {
  npm: { name: 'npm', variable: 'npm_config_cache' },
  pnpm: { name: 'pnpm', variable: 'npm_config_store_dir' },
  yarn: { name: 'yarn', variable: 'YARN_CACHE_FOLDER' },
};

const ENV: Record<ManagerName, Record<string, string>> = {
  npm: {},
  // A file of the app that is linked to the store could be changed through it.
  pnpm: { npm_config_package_import_method: 'clone-or-copy' },
  yarn: {},
};

/** Of Yarn 2 and later: an install that needs no `yarn node` at run time, and a cache that is ours. */
const MODERN_YARN_ENV = {
  YARN_NODE_LINKER: 'node-modules',
  YARN_ENABLE_GLOBAL_CACHE: 'false',
  YARN_ENABLE_TELEMETRY: '0',
};

/**
 * Finds the program for a lockfile: the release that the source brings (yarn), the one on PATH, or corepack,
 * which gets the version that `packageManager` names.
 * @param folder where the lockfile is
 * @throws RigError `toolchain_missing`
 */
export async function findPackageManager(
  name: ManagerName,
  lockfile: string,
  folder: SourceTree,
  machine: BuildMachine,
  manifest: PackageManifest,
): Promise<PackageManager> {
  const wanted = manifest.packageManager;
  const isNamed = wanted?.name === name;
  const isModernYarn = name === 'yarn' && (await looksModern(folder, isNamed ? wanted.version : null));
  const env = { ...ENV[name], ...(isModernYarn ? MODERN_YARN_ENV : {}) };
  const made = { name, isModernYarn, caches: [CACHES[name]], env, notes: [] };
  const own = name === 'yarn' ? await ownRelease(folder) : null;
  if (own !== null) return { ...made, command: ['node', own] };
  const hasCorepack = name !== 'npm' && isNamed && (await machine.hasProgram('corepack'));
  // yarn on PATH is mostly yarn 1, which can only hand over to a release that the source brings.
  const isThere = await machine.hasProgram(name);
  if (hasCorepack && (!isThere || isModernYarn))
    return {
      ...made,
      command: ['corepack', name],
      caches: [...made.caches, COREPACK_CACHE],
      env: { ...env, ...COREPACK_ENV },
    };
  if (!isThere)
    throw missingProgram(
      name,
      `The source has a ${lockfile}`,
      `use npm and its package-lock.json in place of ${lockfile}`,
    );
  return { ...made, command: [name] };
}

async function looksModern(folder: SourceTree, version: string | null): Promise<boolean> {
  if (version !== null) return !version.startsWith('1.');
  return (
    (await folder.hasFile('.yarnrc.yml')) || /^__metadata:/m.test((await folder.readText('yarn.lock')) ?? '')
  );
}

async function ownRelease(folder: SourceTree): Promise<string | null> {
  const path = /^\s*yarnPath:\s*["']?([^"'\s]+)/m.exec((await folder.readText('.yarnrc.yml')) ?? '')?.[1];
  return path !== undefined && (await folder.hasFile(path)) ? path : null;
}

const step = (manager: PackageManager, phase: PlanStep['phase'], ...args: string[]): PlanStep => {
  const argv = [...manager.command, ...args];
  const { env } = manager;
  const name = [manager.name, ...args].join(' ');
  return { name, phase, argv, ...(Object.keys(env).length === 0 ? {} : { env }) };
};

/** The frozen install, of everything or of what runs alone. */
export function installStep(manager: PackageManager, { everything }: { everything: boolean }): PlanStep {
  if (manager.name === 'npm') return step(manager, 'install', 'ci', ...(everything ? [] : ['--omit=dev']));
  if (manager.name === 'pnpm')
    return step(manager, 'install', 'install', '--frozen-lockfile', ...(everything ? [] : ['--prod']));
  if (!manager.isModernYarn)
    return step(
      manager,
      'install',
      'install',
      '--frozen-lockfile',
      '--non-interactive',
      ...(everything ? [] : ['--production']),
    );
  return everything
    ? step(manager, 'install', 'install', '--immutable')
    : step(manager, 'install', 'workspaces', 'focus', '--production');
}

/** Removes what only the build needed. */
export function pruneStep(manager: PackageManager): PlanStep {
  if (manager.name === 'npm') return step(manager, 'prune', 'prune', '--omit=dev', '--ignore-scripts');
  if (manager.name === 'pnpm') return step(manager, 'prune', 'prune', '--prod', '--ignore-scripts');
  return manager.isModernYarn
    ? step(manager, 'prune', 'workspaces', 'focus', '--production')
    : step(
        manager,
        'prune',
        'install',
        '--frozen-lockfile',
        '--production',
        '--ignore-scripts',
        '--prefer-offline',
        '--non-interactive',
      );
}

/** A script of package.json. */
export const scriptStep = (manager: PackageManager, script: string): PlanStep =>
  step(manager, 'build', 'run', script);
