import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Launcher } from './launcher.ts';

const run = promisify(execFile);

/** Whether a program can be given a pid namespace as it is, which is for root alone; found by doing it. */
export async function canNestNamespaces(launcher: Launcher | null): Promise<boolean> {
  if (launcher === null || process.getuid?.() !== 0) return false;
  const program = { argv: ['/bin/true'], cwd: '/', env: {} };
  const { argv, cwd, env } = launcher.launch(program, ['namespaces', 'mount,pid', 'proc', 'own']);
  const [file = '', ...args] = argv;
  return await run(file, args, { cwd, env }).then(
    () => true,
    () => false,
  );
}
