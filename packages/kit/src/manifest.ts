import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Interfaces, Plugin, settings } from '@oclif/core';

/**
 * Writes `oclif.manifest.json` of a built plugin, so that rig knows its commands without loading them;
 * answers their names as typed. Throws for a plugin without commands, and what a command's file throws.
 */
export async function writeManifest(root: string): Promise<string[]> {
  settings.enableAutoTranspile = false;
  const pjson = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Interfaces.PJSON;
  const plugin = new Plugin({
    root,
    pjson,
    isRoot: true,
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  });
  await plugin.load();
  const ids = Object.keys(plugin.manifest.commands).map((id) => id.replaceAll(':', ' '));
  if (ids.length === 0) throw new Error(`${root} has no commands; is it built?`);
  await writeFile(join(root, 'oclif.manifest.json'), `${JSON.stringify(plugin.manifest, undefined, 2)}\n`);
  return ids.toSorted((a, b) => (a < b ? -1 : 1));
}
