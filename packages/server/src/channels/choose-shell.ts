import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';

/** In the order in which they are taken; each is an interactive shell that people know. */
const SHELLS = ['bash', 'zsh', 'ash', 'sh'];

/** Of these a login shell reads the profile of the user, which is not that of the app. */
const INTERACTIVE = '-i';

/**
 * The best shell for somebody who works in an app: the one its SHELL names, where that is there; otherwise the
 * first of bash, zsh, ash and sh in its PATH. It is interactive and no login shell: the environment is that of the
 * app, and a profile of the machine would change its PATH.
 */
export async function chooseShell(env: Readonly<Record<string, string>>): Promise<string[]> {
  const wanted = env['SHELL'];
  if (wanted?.startsWith('/') === true && (await isProgram(wanted))) return [wanted, INTERACTIVE];
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  for (const name of SHELLS) {
    for (const folder of [...folders, '/bin', '/usr/bin']) {
      const path = join(folder, name);
      if (await isProgram(path)) return [path, INTERACTIVE];
    }
  }
  return ['/bin/sh', INTERACTIVE];
}

/** As it is told: without its folder. */
export const shownShell = ([path = '', ...rest]: readonly string[]): string[] => [basename(path), ...rest];

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
