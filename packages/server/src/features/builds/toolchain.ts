import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Plan } from '../../detectors/plan.ts';

/** Looked at for each build: a step may call one of them without naming it. */
const USUAL = [
  'node',
  'npm',
  'pnpm',
  'yarn',
  'bun',
  'python3',
  'pip',
  'uv',
  'go',
  'ruby',
  'bundle',
  'make',
  'cc',
];

/** What a plan may run, by name. */
export const programsOf = (plan: Plan): string[] => [
  ...new Set([...USUAL, ...plan.steps.map(({ argv }) => argv[0] ?? ''), ...(plan.reuse?.tools ?? [])]),
];

/**
 * Stands for the versions of programs on a PATH: where each is, how large it is and when it was changed. Another
 * version is another file; asking each for its version would take longer than many a build.
 */
export async function digestOfPrograms(names: readonly string[], path: string): Promise<string> {
  const found = await Promise.all(names.toSorted().map((name) => findProgram(name, path)));
  return createHash('sha256').update(JSON.stringify(found)).digest('hex');
}

async function findProgram(name: string, path: string): Promise<unknown> {
  const folders = name.includes('/') ? [''] : path.split(delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    try {
      const real = await realpath(join(folder, name));
      const { size, mtimeMs } = await stat(real);
      return [name, real, size, mtimeMs];
    } catch {
      // The next folder may have it.
    }
  }
  return [name];
}
