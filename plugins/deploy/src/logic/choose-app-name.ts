import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import { findAppName } from '@rig-ops/kit';

export interface ChosenName {
  name: string;
  /** Where it comes from, for the question and the note. */
  from: 'flag' | 'rig.toml' | 'package.json' | 'folder';
}

/** The name of the app a folder is deployed as: the one given, else rig.toml, package.json, the folder's own name. Throws `invalid_name` when none of them is usable. */
export async function chooseAppName(root: string, given: string | undefined): Promise<ChosenName> {
  if (given !== undefined) return { name: given, from: 'flag' };
  const named = await findAppName(root);
  if (named !== null && dirname(named.file) === root) return { name: named.name, from: 'rig.toml' };
  const packaged = await readPackageName(root);
  if (packaged !== null) return { name: packaged, from: 'package.json' };
  const name = toAppName(basename(root));
  if (name !== null) return { name, from: 'folder' };
  throw new RigError(
    'invalid_name',
    `No name of an app can be made of the folder's name, "${basename(root)}".`,
    {
      hint: 'Name the app with --app, or with `app` in a rig.toml.',
    },
  );
}

/** Makes an app's name of any text: `@scope/My.Shop` becomes `my-shop`; null when nothing is left. */
export function toAppName(text: string): string | null {
  const name = text
    .replace(/^@[^/]*\//, '')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return name === '' ? null : name;
}

async function readPackageName(root: string): Promise<string | null> {
  try {
    const { name } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { name?: unknown };
    return typeof name === 'string' ? toAppName(name) : null;
  } catch {
    // Without one, or with one that npm will complain about in the build, the folder has a name as well.
    return null;
  }
}
