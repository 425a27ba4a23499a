// Lays out every package as it is published: what `files` names, and a package.json without what is only
// for this repository (the condition `rig-source` would lead to sources that are not there).
//   node scripts/stage-packages.mjs <folder>       answers them as JSON, dependencies first
import { spawnSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Keys of package.json that mean nothing to whoever installs the package. */
const ownKeys = ['private', 'workspaces', 'scripts', 'devDependencies', 'allowScripts'];

function withoutSourceCondition(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'rig-source');
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutSourceCondition(inner)]));
}

/**
 * Those a package depends on come before it.
 * @returns {{ name: string, version: string, folder: string, source: string }[]}
 */
export function stagePackages(target) {
  const out = resolve(target);
  rmSync(out, { recursive: true, force: true });
  const sources = ['.', ...globSync(['packages/*', 'plugins/*'], { cwd: root })];
  const files = publishedFiles();
  const staged = sources.map((source) => stage(join(root, source), out, files));
  const names = new Set(staged.map(({ name }) => name));
  const ordered = [];
  const visit = (entry) => {
    if (ordered.includes(entry)) return;
    const { dependencies = {} } = readJson(join(entry.folder, 'package.json'));
    for (const name of Object.keys(dependencies).filter((dependency) => names.has(dependency)))
      visit(staged.find((other) => other.name === name));
    ordered.push(entry);
  };
  for (const entry of staged) visit(entry);
  return ordered;
}

function stage(source, out, files) {
  const manifest = readJson(join(source, 'package.json'));
  const folder = join(out, manifest.name.replace('/', '+'));
  for (const path of files.get(manifest.name)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(join(source, path), join(folder, path));
  }
  const kept = Object.entries(manifest).filter(([key]) => !ownKeys.includes(key));
  const published = {
    ...withoutSourceCondition(Object.fromEntries(kept)),
    publishConfig: { access: 'public' },
  };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(published, undefined, 2)}\n`);
  return { name: manifest.name, version: manifest.version, folder, source };
}

/** What npm would put into each package, by its name. */
function publishedFiles() {
  const options = ['--workspaces', '--include-workspace-root', '--dry-run', '--json', '--ignore-scripts'];
  const { status, stdout, stderr } = spawnSync('npm', ['pack', ...options], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm pack ended with ${status}\n${stderr}`);
  // A list up to npm 11, an object by name from 12 on.
  const described = Object.values(JSON.parse(stdout));
  return new Map(described.map(({ name, files }) => [name, files.map(({ path }) => path)]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const target = process.argv[2];
  if (target === undefined) throw new Error('Name the folder the packages are laid out in.');
  console.log(JSON.stringify(stagePackages(target), undefined, 2));
}
