// Packs the core, oclif and what plugins share with them into one file: loading hundreds of small ones is most of
// what starting costs. docs/adr/0005-one-bundle.md has the reasons, src/shared-modules.ts leads plugins here.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'dist', 'bundle');
const require = createRequire(import.meta.url);
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** What plugins get from the bundle. Entries that load a schema library are left out: they would weigh on every start. */
const shared = {
  '@oclif/core': ['.'],
  '@rig-ops/kit': ['.', './text', './failure', './render'],
  '@rig-ops/client': ['.', './contexts', './embedded'],
  '@rig-ops/contract': ['./errors', './exit-codes', './layout', './api-version'],
};

/** Modules of the core that oclif loads by their path: the commands, and what shows help. */
const byPath = ['dist/help.js', ...globSync('dist/commands/**/*.js', { cwd: root }).toSorted()];

/** Not loaded at all: `debug` says nothing unless it is asked to, and what it needs to know that is not little. */
const silentDebug = `
const silent = () => Object.assign(() => {}, { enabled: false, extend: silent });
module.exports = process.env.DEBUG ? require('debug') : silent;
`;

/** Dependencies of oclif that few commands need; loaded on first use of one of their properties. */
const onUse = [
  'ansi-escapes',
  'clean-stack',
  'cli-spinners',
  'cli-table3',
  'ejs',
  'indent-string',
  'lilconfig',
  'minimatch',
  'semver',
  'string-width',
  'tinyglobby',
  'widest-line',
  'wordwrap',
  'wrap-ansi',
];

const modules = [];
const versions = {};
for (const [name, subpaths] of Object.entries(shared)) {
  const manifest = readJson(require.resolve(`${name}/package.json`));
  versions[name] = manifest.version;
  for (const subpath of subpaths) {
    const key = name + subpath.slice(1);
    modules.push({ key, path: require.resolve(key), package: name });
  }
}
for (const path of byPath) modules.push({ key: path, path: join(root, path) });

const entry = `
${modules.map(({ key, path }) => `exports[${JSON.stringify(key)}] = () => require(${JSON.stringify(path)});`).join('\n')}
const { shareModules } = require('./dist/shared-modules.js');
shareModules({ folder: __dirname, versions: ${JSON.stringify(versions)}, facades: ${JSON.stringify(
  Object.fromEntries(modules.map(({ key, package: name }) => [key, { file: facadeOf(key), package: name }])),
)} });
exports.main = require('./dist/main.js').main;
`;

function facadeOf(key) {
  return `${key.replace('@', '').replace(/\.js$/, '').replaceAll('/', '.')}.js`;
}

/** oclif asks it one thing at every start; the rest of it runs programs, and gets ready to. */
const wslUtils = `
exports.isWsl = require('is-wsl').default;
Object.defineProperty(exports, 'powerShellPath', { enumerable: true, get: () => require('wsl-utils').powerShellPath });
`;

/** A module with the names of another, which it loads on the first use of one. */
function onUseModule(expression, real) {
  const names = Object.keys(real).filter((name) => name !== 'default' || typeof real !== 'function');
  return `
let real;
const load = () => (real ??= ${expression});
${typeof real === 'function' ? 'module.exports = function (...args) { return new.target ? new (load())(...args) : load()(...args); };' : ''}
${names.map((name) => `Object.defineProperty(module.exports, ${JSON.stringify(name)}, { enumerable: true, get: () => load()[${JSON.stringify(name)}] });`).join('\n')}
${Object.hasOwn(real, '__esModule') ? `Object.defineProperty(module.exports, '__esModule', { value: true });` : ''}
`;
}

/** @type {import('esbuild').Plugin} */
const loadOnUse = {
  name: 'load-on-use',
  setup(build) {
    build.onResolve({ filter: /^[^.]/ }, ({ path, namespace, importer }) => {
      if (isBuiltin(path)) return { path: path.replace(/^node:/, ''), namespace: 'builtin' };
      if (namespace !== 'file') return undefined;
      if (path === 'debug') return { path: importer, namespace: 'debug' };
      if (path === 'wsl-utils')
        return { path: createRequire(importer).resolve(path), namespace: 'wsl-utils' };
      return onUse.includes(path)
        ? { path: createRequire(importer).resolve(path), namespace: 'on-use' }
        : undefined;
    });
    build.onLoad({ filter: /.*/, namespace: 'debug' }, ({ path }) => ({
      contents: silentDebug,
      resolveDir: dirname(path),
    }));
    build.onLoad({ filter: /.*/, namespace: 'wsl-utils' }, ({ path }) => ({
      contents: wslUtils,
      resolveDir: dirname(path),
    }));
    build.onLoad({ filter: /.*/, namespace: 'on-use' }, ({ path }) => ({
      contents: onUseModule(`require(${JSON.stringify(path)})`, require(path)),
      resolveDir: dirname(path),
    }));
    // `require` of a module of Node asks every resolve hook; this does not.
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const load = `process.getBuiltinModule(${JSON.stringify(path)})`;
      const real = process.getBuiltinModule(path);
      const contents = typeof real === 'function' ? `module.exports = ${load};` : onUseModule(load, real);
      return { contents };
    });
  },
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await build({
  absWorkingDir: root,
  stdin: { contents: entry, resolveDir: root, sourcefile: 'bundle-entry.cjs' },
  outfile: join(out, 'main.cjs'),
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  // What only some output formats need; and optional ways of oclif and ws to run TypeScript or native code.
  external: [
    'js-yaml',
    '@jmespath-community/jmespath',
    'typescript',
    'ts-node',
    'tsx',
    'bufferutil',
    'utf-8-validate',
  ],
  define: { 'import.meta.url': 'bundleUrl', 'import.meta.dirname': '__dirname' },
  banner: { js: `const bundleUrl = require('node:url').pathToFileURL(__filename).href;` },
  legalComments: 'linked',
  logLevel: 'warning',
  plugins: [loadOnUse],
});

// What answers at every press of Tab has a file of its own: it needs nothing of the above.
await build({
  absWorkingDir: root,
  entryPoints: [join(root, 'dist', 'completion', 'main.js')],
  outfile: join(out, 'complete.cjs'),
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  logLevel: 'warning',
});

for (const { key, path } of modules) {
  const isCommonJs = key === '@oclif/core';
  const names = Object.keys(isCommonJs ? require(path) : await import(pathToFileURL(path).href));
  const source = [
    `const shared = process.getBuiltinModule('node:module').createRequire(import.meta.url)('./main.cjs')[${JSON.stringify(key)}]();`,
    ...names.filter((name) => name !== 'default').map((name) => `export const ${name} = shared.${name};`),
    isCommonJs
      ? `export { shared as default, shared as 'module.exports' };`
      : names.includes('default')
        ? 'export default shared.default;'
        : '',
  ];
  writeFileSync(join(out, facadeOf(key)), `${source.join('\n')}\n`);
}
