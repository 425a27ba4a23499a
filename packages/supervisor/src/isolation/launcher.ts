import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Program } from '../proc/spawn-program.ts';

const script = fileURLToPath(new URL('../../libexec/enter.pl', import.meta.url));

/** Where Perl is, which Debian always has, and never a folder of somebody's PATH. */
const PERLS = ['/usr/bin/perl', '/bin/perl', '/usr/local/bin/perl'];

/** Turns programs into ones that first enter a place, in the words of `libexec/enter.pl`. */
export interface Launcher {
  launch(program: Program, words: readonly string[]): Program;
}

/** null where there is nothing that could do it. */
export function findLauncher(): Launcher | null {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) return null;
  const perl = PERLS.find(isExecutable);
  if (perl === undefined) return null;
  return { launch: (program, words) => launchWith(perl, program, words) };
}

function launchWith(perl: string, program: Program, words: readonly string[]): Program {
  const { argv, cwd, env } = program;
  return {
    argv: [perl, script, 'errors', '3', 'arch', process.arch, ...words, 'cwd', cwd, '--', ...argv],
    cwd: '/',
    // Whatever changes how a program behaves, as LD_PRELOAD, must not do so while it has privileges.
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [`E:${name}`, value])),
    becomes: program,
  };
}

/** The same, for who cannot give it a descriptor: it says in a file why it does not become the program. */
export function tellingErrorsIn(program: Program, path: string): Program {
  const argv = [...program.argv];
  argv[argv.indexOf('errors') + 1] = path;
  return { ...program, argv };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
