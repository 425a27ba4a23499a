import type { BuildMachine, SourceTree } from '../detector.ts';
import type { InstallReuse, PlanCache, PlanStep } from '../plan.ts';
import { findWorkspace, type Workspace } from './find-workspace.ts';
import {
  findPackageManager,
  installStep,
  type ManagerName,
  type PackageManager,
  pruneStep,
  scriptStep,
} from './package-manager.ts';
import { type PackageManifest, readPackageManifest } from './package-manifest.ts';

/** The steps of a Node app. */
export interface InstallPlan {
  install: PlanStep[];
  build: PlanStep[];
  prune: PlanStep[];
  caches: PlanCache[];
  /** Null when the result is not decided by the lockfile alone. */
  reuse: InstallReuse | null;
  evidence: string[];
  notes: string[];
}

/** Scripts of the app that an install runs; what they read and write is not known. */
const INSTALL_SCRIPTS = [
  'preinstall',
  'install',
  'postinstall',
  'prepublish',
  'preprepare',
  'prepare',
  'postprepare',
];

const LOCKFILES: readonly { file: string; program: ManagerName }[] = [
  { file: 'package-lock.json', program: 'npm' },
  { file: 'npm-shrinkwrap.json', program: 'npm' },
  { file: 'pnpm-lock.yaml', program: 'pnpm' },
  { file: 'yarn.lock', program: 'yarn' },
];

const NPM: PackageManager = {
  name: 'npm',
  command: ['npm'],
  isModernYarn: false,
  caches: [{ name: 'npm', variable: 'npm_config_cache' }],
  env: {},
  notes: [],
};

const below = (folder: string, path: string): string => (folder === '.' ? path : `${folder}/${path}`);

async function findLockfile(folder: SourceTree) {
  for (const lockfile of LOCKFILES) if (await folder.hasFile(lockfile.file)) return lockfile;
  return null;
}

/** What an install leaves and depends on, in a workspace all of its packages'. */
async function reuseOf(
  manager: PackageManager,
  lockfile: string,
  tree: SourceTree,
  { folder, members }: Workspace,
): Promise<InstallReuse | null> {
  const packages = [...new Set([folder.path, tree.path, ...members])];
  for (const path of packages) {
    const manifest = await readPackageManifest(tree.at(path));
    if (manifest !== null && INSTALL_SCRIPTS.some((name) => name in manifest.scripts)) return null;
  }
  const files =
    manager.name === 'npm'
      ? [lockfile, '.npmrc']
      : [lockfile, '.npmrc', '.yarnrc', '.yarnrc.yml', 'pnpm-workspace.yaml'];
  return {
    inputs: [
      ...packages.map((path) => below(path, 'package.json')),
      ...files.map((file) => below(folder.path, file)),
    ],
    tools: ['node', manager.name],
    outputs: packages.map((path) => below(path, 'node_modules')),
  };
}

/**
 * Decides how the dependencies of a Node app are installed, by its lockfile or that of its workspaces, and how
 * its build script is run.
 * @throws RigError `toolchain_missing` when the lockfile belongs to a program that is not there
 */
export async function planInstall(
  tree: SourceTree,
  machine: BuildMachine,
  manifest: PackageManifest,
): Promise<InstallPlan> {
  const own = { folder: tree, members: [] };
  const workspace = (await findLockfile(tree)) === null ? ((await findWorkspace(tree)) ?? own) : own;
  const { folder } = workspace;
  const top = folder.path === tree.path ? manifest : ((await readPackageManifest(folder)) ?? manifest);
  const isMember = folder.path !== tree.path;
  const lockfile = await findLockfile(folder);
  const manager =
    lockfile === null ? NPM : await findPackageManager(lockfile.program, lockfile.file, folder, machine, top);
  const build = manifest.scripts['build'] === undefined ? [] : [scriptStep(manager, 'build')];
  const evidence = [
    lockfile === null
      ? 'There is no lockfile.'
      : `${below(folder.path, lockfile.file)} is ${manager.name}'s lockfile.`,
    ...(isMember
      ? [`${tree.path} is one of the workspaces of ${folder.path === '.' ? 'the source' : folder.path}.`]
      : []),
  ];
  const isNeeded = needsInstall(manifest, build.length > 0, isMember);
  if (!isNeeded) return { install: [], build, prune: [], caches: [], reuse: null, evidence, notes: [] };
  const everything = build.length > 0 && (isMember || Object.keys(manifest.devDependencies).length > 0);
  const within = (step: PlanStep): PlanStep => (isMember ? { ...step, folder: folder.path } : step);
  if (lockfile === null) return { ...withoutLockfile(build, top), evidence };
  return {
    install: [within(installStep(manager, { everything }))],
    build,
    prune: everything ? [within(pruneStep(manager))] : [],
    caches: manager.caches,
    reuse: await reuseOf(manager, lockfile.file, tree, workspace),
    evidence,
    notes: manager.notes,
  };
}

/** Nothing to install is nothing to wait for; in workspaces others' packages may have to be linked. */
function needsInstall(manifest: PackageManifest, builds: boolean, isMember: boolean): boolean {
  const needed = { ...manifest.dependencies, ...(builds ? manifest.devDependencies : {}) };
  return isMember || Object.keys(needed).length > 0;
}

function withoutLockfile(
  build: PlanStep[],
  { packageManager }: PackageManifest,
): Omit<InstallPlan, 'evidence'> {
  const named = packageManager === null || packageManager.name === 'npm' ? null : packageManager.name;
  const argv = ['npm', 'install', ...(build.length > 0 ? [] : ['--omit=dev'])];
  return {
    install: [{ name: argv.join(' '), phase: 'install', argv }],
    build,
    prune: [],
    caches: NPM.caches,
    reuse: null,
    notes: [
      named === null
        ? 'There is no lockfile: npm chooses the versions of the dependencies anew with each build. Commit a package-lock.json to keep them.'
        : `package.json names ${named}, but there is no lockfile of it: npm installs, and chooses the versions anew with each build. Commit the lockfile.`,
    ],
  };
}
