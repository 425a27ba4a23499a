import { RigError } from '@rig-ops/contract/errors';
import { parseRigToml } from '@rig-ops/contract/rig-toml-file';
import type { SourceTree } from './detector.ts';

/**
 * The folder of the app: the one asked for, else `root` of the rig.toml at the top of the source.
 * @throws RigError `source_folder_not_found`, `invalid_rig_toml`
 */
export async function resolveRoot(
  source: SourceTree,
  asked: string,
): Promise<{ root: string; notes: string[] }> {
  if (asked !== '.') {
    await requireFolder(source, asked, `--path ${asked}`);
    return { root: asked, notes: [] };
  }
  const text = await source.readText('rig.toml');
  const told = text === null ? undefined : parseRigToml(text).root;
  const root =
    (told ?? '.')
      .split('/')
      .filter((name) => name !== '' && name !== '.')
      .join('/') || '.';
  if (root === '.') return { root, notes: [] };
  await requireFolder(source, root, `rig.toml: root = "${told}"`);
  const notes = (await source.at(root).hasFile('rig.toml'))
    ? [`${root}/rig.toml is read; of the one at the top only \`app\` and \`root\` are.`]
    : [];
  return { root, notes };
}

async function requireFolder(source: SourceTree, root: string, said: string): Promise<void> {
  const names = root.split('/');
  const name = names.at(-1) ?? '';
  const above = names.length === 1 ? '.' : names.slice(0, -1).join('/');
  if ((await source.foldersIn(above)).includes(name)) return;
  throw new RigError('source_folder_not_found', `${said}: the source has no such folder.`);
}
