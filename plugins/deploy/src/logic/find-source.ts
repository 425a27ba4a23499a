import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { requireFolder } from './require-folder.ts';

/**
 * The folder to deploy: the one given; else the one in or above `cwd` with a `rig.toml`, whether or not
 * that names the app, since from within a project the project is meant; else `cwd`.
 * @throws RigError `source_not_found`
 */
export async function findSource(cwd: string, given: string | undefined): Promise<string> {
  if (given === undefined) return (await findProject(cwd)) ?? cwd;
  const root = resolve(cwd, given);
  await requireFolder(root);
  return root;
}

async function findProject(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const found = await stat(join(at, 'rig.toml')).catch(() => undefined);
    if (found?.isFile() === true) return at;
    if (dirname(at) === at) return undefined;
  }
}
