// Writes dist/schemas.json of the core and of rig's plugins, and docs/schemas, from what was built.
//   --check        leaves docs/schemas alone; exit 1 naming what is stale, superfluous or missing
//   --built-only   says nothing about docs/schemas
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorSchema, writeSchemas } from '@rig-ops/kit/schemas';

const root = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');
const builtOnly = process.argv.includes('--built-only');
const docs = join(root, 'docs', 'schemas');
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const folderOf = (name) => dirname(createRequire(join(root, 'package.json')).resolve(`${name}/package.json`));
const own = readJson(join(root, 'package.json')).oclif.plugins.filter((name) => name.startsWith('@rig-ops/'));

const problems = [];

/** tsc removes nothing: a schema whose source is gone would live on. */
function removeLeftovers(folder) {
  const built = join(folder, 'dist', 'schemas');
  for (const file of globSync('**/*.js', { cwd: built })) {
    if (!existsSync(join(folder, 'src', 'schemas', file.replace(/\.js$/, '.ts')))) rmSync(join(built, file));
  }
}

/** Properties without a word about them are no documentation. */
function requireDescriptions(file, schema, path = '') {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const where = `${path}.${name}`;
    const constant = property.const !== undefined;
    if (property.description === undefined && property.$ref === undefined && !constant) {
      const inner = property.type === 'array' ? property.items : undefined;
      if (inner?.$ref === undefined) problems.push(`${file}: ${where.slice(1)} has no description`);
    }
    requireDescriptions(file, property, where);
  }
  for (const part of [schema.items, ...(schema.anyOf ?? []), ...Object.values(schema.$defs ?? {})]) {
    requireDescriptions(file, part, path);
  }
}

/** @type {Map<string, object>} by file name */
const published = new Map([['error.json', errorSchema]]);
for (const folder of [root, ...own.map(folderOf)]) {
  removeLeftovers(folder);
  for (const [command, { result, record }] of Object.entries(await writeSchemas(folder))) {
    const name = command.replaceAll(' ', '-');
    if (result !== undefined) published.set(`${name}.json`, result);
    if (record !== undefined) published.set(`${name}.record.json`, record);
  }
}

if (builtOnly) process.exit();
mkdirSync(docs, { recursive: true });
for (const [name, schema] of published) {
  requireDescriptions(name, schema);
  // Whoever reads a document tells a failure by it.
  if (name !== 'error.json' && schema.properties?.error !== undefined) {
    problems.push(`${name}: a result has no field "error"; name it otherwise`);
  }
  const file = join(docs, name);
  const text = `${JSON.stringify(schema, undefined, 2)}\n`;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  if (check) problems.push(`stale: ${relative(root, file)}; run: npm run build`);
  else {
    writeFileSync(file, text);
    console.log(`wrote ${relative(root, file)}`);
  }
}
for (const name of globSync('*.json', { cwd: docs })) {
  if (published.has(name)) continue;
  if (check) problems.push(`superfluous: docs/schemas/${name}; run: npm run build`);
  else rmSync(join(docs, name));
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
