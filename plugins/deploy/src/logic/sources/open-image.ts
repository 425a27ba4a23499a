import { copyFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findSource } from '../find-source.ts';
import { requireFolder } from '../require-folder.ts';
import type { OpenedSource } from './opened-source.ts';
import { makePrivateFolder } from './private-folder.ts';

/** The last part of the name of an image: `ghcr.io/team/shop:v1` is `shop`. */
const titleOf = (image: string): string => /([^/:@]+)(?::[^/@]*)?(?:@.*)?$/.exec(image)?.[1] ?? image;

/**
 * What goes up for an image that is there already: the rig.toml of the folder, if there is one, and nothing else.
 * @throws RigError `source_not_found`
 */
export async function openImage(
  image: string,
  { cwd, path }: { cwd: string; path: string | undefined },
): Promise<OpenedSource> {
  const folder = await findSource(cwd, path);
  await requireFolder(folder);
  const own = makePrivateFolder();
  try {
    const manifest = join(folder, 'rig.toml');
    const found = await stat(manifest).catch(() => undefined);
    const copy = join(own.path, 'rig.toml');
    // What goes up has a file at least.
    if (found?.isFile() === true) await copyFile(manifest, copy);
    else await writeFile(copy, '');
    return {
      root: own.path,
      from: image,
      folder: '.',
      name: titleOf(image),
      isExact: true,
      notes: [],
      describe: async () => ({ kind: 'image', from: image, root: '.', git: null }),
      close: () => own.remove(),
    };
  } catch (error) {
    own.remove();
    throw error;
  }
}
