// Writes oclif.manifest.json of the core and of rig's plugins from what was built.
//   --check        writes nothing; exit 1 naming the manifests that are stale or missing
//   --if-missing   writes only those that are missing
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Plugin, settings } from '@oclif/core';

settings.enableAutoTranspile = false;
const root = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');
const ifMissing = process.argv.includes('--if-missing');

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const folderOf = (name) => dirname(createRequire(join(root, 'package.json')).resolve(`${name}/package.json`));
const own = readJson(join(root, 'package.json')).oclif.plugins.filter((name) => name.startsWith('@rig-ops/'));

/** Keys in order, so that the same commands give the same bytes. */
function sortKeys(value) {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, sortKeys(value[key])]));
}

async function makeManifest(folder) {
  const plugin = new Plugin({
    root: folder,
    pjson: readJson(join(folder, 'package.json')),
    isRoot: true,
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  });
  await plugin.load();
  const text = JSON.stringify(sortKeys(plugin.manifest), undefined, 2);
  if (text.includes(root)) throw new Error(`the manifest of ${plugin.name} names a path of this machine`);
  return `${text}\n`;
}

/** tsc removes nothing: a command whose source is gone would live on in the manifest. */
function checkLeftovers(folder) {
  const built = join(folder, 'dist', 'commands');
  for (const file of globSync('**/*.js', { cwd: built })) {
    if (existsSync(join(folder, 'src', 'commands', file.replace(/\.js$/, '.ts')))) continue;
    throw new Error(`${join(built, file)} has no source any more; remove it`);
  }
}

const problems = [];
for (const folder of [root, ...own.map(folderOf)]) {
  const file = join(folder, 'oclif.manifest.json');
  const name = relative(root, file);
  const present = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (ifMissing && present !== undefined) continue;
  try {
    checkLeftovers(folder);
    const made = await makeManifest(folder);
    if (made === present) continue;
    if (check) problems.push(`stale: ${name}; run: npm run build`);
    else {
      writeFileSync(file, made);
      console.log(`wrote ${name}`);
    }
  } catch (error) {
    problems.push(`cannot be made: ${name}: ${error.message}`);
  }
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
