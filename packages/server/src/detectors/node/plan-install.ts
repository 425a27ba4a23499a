import { RigError } from '@rig-ops/contract/errors';
import type { BuildMachine, SourceTree } from '../detector.ts';
import type { InstallReuse, PlanCache, PlanStep } from '../plan.ts';
import type { PackageManifest } from './package-manifest.ts';

/** The steps around the build script of a Node app. */
export interface InstallPlan {
  install: PlanStep[];
  prune: PlanStep[];
  caches: PlanCache[];
  /** Null when the result is not decided by the lockfile alone. */
  reuse: InstallReuse | null;
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

const NPM_CACHE: PlanCache = { name: 'npm', variable: 'npm_config_cache' };

const LOCKFILES = [
  { file: 'package-lock.json', program: 'npm' },
  { file: 'npm-shrinkwrap.json', program: 'npm' },
  { file: 'pnpm-lock.yaml', program: 'pnpm' },
  { file: 'yarn.lock', program: 'yarn' },
] as const;

const reuseOf = (lockfile: string, program: string, manifest: PackageManifest): InstallReuse | null =>
  INSTALL_SCRIPTS.some((name) => name in manifest.scripts)
    ? null
    : {
        inputs: ['package.json', lockfile, '.npmrc'],
        tools: ['node', program],
        outputs: ['node_modules'],
      };

const step = (phase: PlanStep['phase'], ...argv: string[]): PlanStep => ({
  name: argv.join(' '),
  phase,
  argv,
});

function stepsWith(
  program: 'npm' | 'pnpm' | 'yarn',
  forBuild: boolean,
): Pick<InstallPlan, 'install' | 'prune' | 'caches'> {
  if (program === 'pnpm')
    return { install: [step('install', 'pnpm', 'install', '--frozen-lockfile')], prune: [], caches: [] };
  if (program === 'yarn')
    return { install: [step('install', 'yarn', 'install', '--frozen-lockfile')], prune: [], caches: [] };
  const caches = [NPM_CACHE];
  // What only the build needs is installed for it and removed after it.
  return forBuild
    ? {
        install: [step('install', 'npm', 'ci')],
        prune: [step('prune', 'npm', 'prune', '--omit=dev', '--ignore-scripts')],
        caches,
      }
    : { install: [step('install', 'npm', 'ci', '--omit=dev')], prune: [], caches };
}

/**
 * Decides how the dependencies of a Node app are installed: by its lockfile, by npm without one.
 * @throws RigError `build_failed` when the lockfile belongs to a program that is not there
 */
export async function planInstall(
  tree: SourceTree,
  machine: BuildMachine,
  manifest: PackageManifest,
): Promise<InstallPlan> {
  const forBuild = manifest.scripts['build'] !== undefined;
  const needed = Object.keys({ ...manifest.dependencies, ...(forBuild ? manifest.devDependencies : {}) });
  if (needed.length === 0) return { install: [], prune: [], caches: [], reuse: null, notes: [] };
  for (const { file, program } of LOCKFILES) {
    if (!(await tree.hasFile(file))) continue;
    if (!(await machine.hasProgram(program)))
      throw new RigError(
        'build_failed',
        `The source has a ${file}, and ${program} is not installed where the platform builds.`,
        { hint: `Install ${program} there, or use npm and its package-lock.json in place of ${file}.` },
      );
    const steps = stepsWith(program, forBuild && Object.keys(manifest.devDependencies).length > 0);
    return { ...steps, reuse: reuseOf(file, program, manifest), notes: [] };
  }
  return {
    install: [step('install', 'npm', 'install', ...(forBuild ? [] : ['--omit=dev']))],
    prune: [],
    caches: [NPM_CACHE],
    reuse: null,
    notes: [
      'There is no lockfile: npm chooses the versions of the dependencies anew with each build. Commit a package-lock.json to keep them.',
    ],
  };
}
