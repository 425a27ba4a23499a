import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { PluginName } from './plugin-name.ts';

/**
 * The template's files by path, with names filled in. `gitignore` gets its dot here: npm leaves files of
 * that name out of a package.
 */
export async function scaffoldFiles(
  template: string,
  { packageName, topic }: PluginName,
  description: string,
): Promise<Map<string, string>> {
  const words: Record<string, string> = {
    __PACKAGE__: packageName,
    __TOPIC__: topic,
    __CODE__: topic.replaceAll('-', '_'),
    __DESCRIPTION__: description,
  };
  const fill = (text: string) => text.replaceAll(/__[A-Z]+?__/g, (word) => words[word] ?? word);
  const entries = await readdir(template, { recursive: true, withFileTypes: true });
  const files = new Map<string, string>();
  for (const entry of entries.filter((found) => found.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const name = fill(relative(template, path).replaceAll(sep, '/')).replace(/^gitignore$/, '.gitignore');
    files.set(name, fill(await readFile(path, 'utf8')));
  }
  return files;
}
