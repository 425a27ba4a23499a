import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import { findAppName } from '@rig-ops/kit';

export interface ChosenName {
  name: string;
  /** Where it comes from, for the question and the note. */
  from: 'flag' | 'rig.toml' | 'package.json' | 'folder';
}

/**
 * The name of the app a folder of a source is deployed as: the one given, else rig.toml, package.json, the
 * folder's own name, in whose place `name` stands for all of a source. Throws `invalid_name` when none of them is usable.
 */
export async function chooseAppName(
  root: string,
  given: string | undefined,
  { folder = '.', name: title = null }: { folder?: string; name?: string | null } = {},
): Promise<ChosenName> {
  if (given !== undefined) return { name: given, from: 'flag' };
  const at = join(root, folder);
  const named = await findAppName(at);
  const isOfSource = named !== null && [at, root].includes(dirname(named.file));
  if (isOfSource) return { name: named.name, from: 'rig.toml' };
  const packaged = await readPackageName(at);
  if (packaged !== null) return { name: packaged, from: 'package.json' };
  const called = folder === '.' ? (title ?? basename(root)) : basename(folder);
  const name = toAppName(called);
  if (name !== null) return { name, from: 'folder' };
  throw new RigError('invalid_name', `No name of an app can be made of the folder's name, "${called}".`, {
    hint: 'Name the app with --app, or with `app` in a rig.toml.',
  });
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
