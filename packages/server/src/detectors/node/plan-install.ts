import { RigError } from '@rig-ops/contract/errors';
import type { BuildMachine, SourceTree } from '../detector.ts';
import type { PlanStep } from '../plan.ts';
import type { PackageManifest } from './package-manifest.ts';

/** The steps around the build script of a Node app. */
export interface InstallPlan {
  install: PlanStep[];
  prune: PlanStep[];
  notes: string[];
}

const LOCKFILES = [
  { file: 'package-lock.json', program: 'npm' },
  { file: 'npm-shrinkwrap.json', program: 'npm' },
  { file: 'pnpm-lock.yaml', program: 'pnpm' },
  { file: 'yarn.lock', program: 'yarn' },
] as const;

const step = (phase: PlanStep['phase'], ...argv: string[]): PlanStep => ({
  name: argv.join(' '),
  phase,
  argv,
});

function installWith(program: 'npm' | 'pnpm' | 'yarn', forBuild: boolean): InstallPlan {
  if (program === 'pnpm')
    return { install: [step('install', 'pnpm', 'install', '--frozen-lockfile')], prune: [], notes: [] };
  if (program === 'yarn')
    return { install: [step('install', 'yarn', 'install', '--frozen-lockfile')], prune: [], notes: [] };
  // What only the build needs is installed for it and removed after it.
  return forBuild
    ? {
        install: [step('install', 'npm', 'ci')],
        prune: [step('prune', 'npm', 'prune', '--omit=dev', '--ignore-scripts')],
        notes: [],
      }
    : { install: [step('install', 'npm', 'ci', '--omit=dev')], prune: [], notes: [] };
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
  if (needed.length === 0) return { install: [], prune: [], notes: [] };
  for (const { file, program } of LOCKFILES) {
    if (!(await tree.hasFile(file))) continue;
    if (!(await machine.hasProgram(program)))
      throw new RigError(
        'build_failed',
        `The source has a ${file}, and ${program} is not installed where the platform builds.`,
        { hint: `Install ${program} there, or use npm and its package-lock.json in place of ${file}.` },
      );
    return installWith(program, forBuild && Object.keys(manifest.devDependencies).length > 0);
  }
  return {
    install: [step('install', 'npm', 'install', ...(forBuild ? [] : ['--omit=dev']))],
    prune: [],
    notes: [
      'There is no lockfile: npm chooses the versions of the dependencies anew with each build. Commit a package-lock.json to keep them.',
    ],
  };
}
