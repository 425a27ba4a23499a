// Packs the core, oclif and what plugins share with them into one file, and each of their dependencies into another:
// loading hundreds of small files is most of what starting costs. docs/adr/0005-one-bundle.md has the reasons,
// src/shared-modules.ts leads plugins here.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'dist', 'bundle');
const require = createRequire(import.meta.url);
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const quote = (text) => JSON.stringify(text);

/** What plugins get from the bundle. Entries that load a schema library are left out: they would weigh on every start. */
const shared = {
  '@oclif/core': ['.'],
  '@rig-ops/kit': ['.', './text', './failure', './render'],
  '@rig-ops/client': ['.', './contexts', './embedded'],
  '@rig-ops/contract': ['./errors', './exit-codes', './layout', './api-version'],
};

/** Modules of the core that oclif loads by their path: the commands, and what shows help. */
const byPath = ['dist/help.js', ...globSync('dist/commands/**/*.js', { cwd: root }).toSorted()];

/** Dependencies that every command needs. All others are loaded at the first use of one of their names. */
const always = [
  '@oclif/core',
  'ansi-regex',
  'ansis',
  'get-package-type',
  'has-flag',
  'indent-string',
  'is-wsl',
  'strip-ansi',
  'supports-color',
  'widest-line',
  'wrap-ansi',
];

/** Modules of Node that take long to load, and that few commands need. */
const heavyOfNode = new Set(
  'child_process cluster crypto dns fs/promises http http2 https inspector net perf_hooks readline readline/promises stream stream/promises timers/promises tls tty v8 vm worker_threads zlib'.split(
    ' ',
  ),
);

/** `debug` says nothing unless it is asked to, and finding out what it is asked takes it long. */
const silentDebug = (load) => `
const silent = () => Object.assign(() => {}, { enabled: false, extend: silent });
module.exports = process.env.DEBUG ? ${load} : silent;
`;

/** oclif asks it one thing at every start; the rest of it runs programs, and gets ready to. */
const wslUtils = (load) => `
exports.isWsl = require('is-wsl').default;
Object.defineProperty(exports, 'powerShellPath', { get: () => ${load}.powerShellPath });
`;

/** Help asks for the width of each of its words. Plain ones are as wide as they are long; others are left to the original. */
const plainWidth = (load) => `
const plain = /^[\\x20-\\x7E]*$/;
module.exports = (text, ...rest) =>
  typeof text === 'string' && rest.length === 0 && plain.test(text) ? text.length : ${load}(text, ...rest);
`;

/**
 * Help has many templates, nearly all of which fill in one name. Those are filled in here; whatever has more to it,
 * or a value that would have to be escaped, goes to ejs.
 */
const simpleTemplates = (load) => `
const valueAt = (data, path) => path.split('.').reduce((value, key) => value?.[key], data);
exports.render = (template, data, options) => {
  let simple = options === undefined;
  const filled = template.replace(/<%=\\s*([A-Za-z_]+(?:\\.[A-Za-z_]+)*)\\s*%>/g, (tag, path) => {
    const value = valueAt(data, path);
    if (typeof value !== 'string' || /[&<>"']/.test(value)) simple = false;
    return value;
  });
  return simple && !filled.includes('<%') ? filled : ${load}.render(template, data, options);
};
exports.default = exports;
`;

const getter = (name, from) => `get ${quote(name)}() { return ${from}[${quote(name)}]; },`;

/**
 * A module with the names of another, which it loads on the first use of one. Who imports the default of an ES
 * module gets the stand-in itself, as Node has it for CommonJS; so it has the names of that, too.
 */
function onUseModule(expression, real) {
  const isModule = real[Symbol.toStringTag] === 'Module';
  const main = isModule ? real.default : real;
  const ofFunctions = ['length', 'name', 'prototype', 'arguments', 'caller'];
  const namesIn = (value) =>
    Object.getOwnPropertyNames(Object(value)).filter(
      (name) => typeof value !== 'function' || !ofFunctions.includes(name),
    );
  const named = namesIn(real);
  const ofMain = isModule ? namesIn(main).filter((name) => !named.includes(name)) : [];
  const getters = [
    ...named.map((name) => getter(name, 'load()')),
    ...ofMain.map((name) => getter(name, 'load().default')),
  ];
  return `
let real;
const load = () => (real ??= ${expression});
const main = () => load()${isModule ? '.default' : ''};
const names = { ${getters.join(' ')} };
${
  typeof main === 'function'
    ? `module.exports = function (...args) {
  return new.target === undefined ? main().apply(this, args) : Reflect.construct(main(), args);
};
Object.defineProperties(module.exports, Object.getOwnPropertyDescriptors(names));`
    : 'module.exports = names;'
}
${isModule || Object.hasOwn(real, '__esModule') ? `Object.defineProperty(module.exports, '__esModule', { value: true });` : ''}
`;
}

const isAlways = (path) => always.some((name) => path === name || path.startsWith(`${name}/`));
/** How a file is called in the bundle: without the folder of this machine. */
const keyOf = (path) => relative(root, path);

/** The expression that loads a dependency. */
const rareModule = (path) => `require('./${rareFile(path)}')`;
const rareFile = (path) =>
  `rare/${keyOf(path)
    .replace(/^.*node_modules\//, '')
    .replaceAll(/[^\w.]+/g, '-')}.cjs`;
/** Dependencies with a stand-in of their own. */
const standsIn = ['debug', 'ejs', 'string-width', 'wsl-utils'];
/** Paths of dependencies that were moved into files of their own. */
const rare = new Set();

/** @type {import('esbuild').Plugin} */
const loadOnUse = {
  name: 'load-on-use',
  setup(build) {
    build.onResolve({ filter: /^[^.]/ }, async ({ path, importer, kind, resolveDir, pluginData }) => {
      if (kind === 'entry-point' || pluginData === 'resolving') return undefined;
      const builtin = path.replace(/^node:/, '');
      if (isBuiltin(path)) return heavyOfNode.has(builtin) ? undefined : { path, external: true };
      if (path.startsWith('/') || path.startsWith('@rig-ops/') || isAlways(path)) return undefined;
      const found = await build.resolve(path, { importer, kind, resolveDir, pluginData: 'resolving' });
      if (found.errors.length > 0 || found.external) return undefined;
      rare.add(found.path);
      // The ending tells esbuild what the stand-in is, whatever it stands for.
      return { path: `${keyOf(found.path)}.cjs`, namespace: standsIn.includes(path) ? path : 'on-use' };
    });
    build.onResolve({ filter: /^\.\/rare\// }, ({ path }) => ({ path, external: true }));
    const standIn = (namespace, make) =>
      build.onLoad({ filter: /.*/, namespace }, async ({ path }) => {
        const real = join(root, path.slice(0, -'.cjs'.length));
        return { contents: await make(rareModule(real), real), resolveDir: dirname(real) };
      });
    standIn('debug', silentDebug);
    standIn('ejs', simpleTemplates);
    standIn('string-width', async (load, path) => {
      const real = await namesOf(path);
      return typeof real === 'function' ? plainWidth(load) : onUseModule(load, real);
    });
    standIn('wsl-utils', wslUtils);
    standIn('on-use', async (load, path) => onUseModule(load, await namesOf(path)));
    loadBuiltinsOnUse(build);
  },
};

/** @param {import('esbuild').PluginBuild} build */
function loadBuiltinsOnUse(build) {
  build.onResolve({ filter: /^[^.]/ }, ({ path }) => {
    const builtin = path.replace(/^node:/, '');
    return heavyOfNode.has(builtin) && isBuiltin(path) ? { path: builtin, namespace: 'builtin' } : undefined;
  });
  build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
    const expression = `process.getBuiltinModule(${quote(path)})`;
    return { contents: onUseModule(expression, process.getBuiltinModule(path)) };
  });
}

/** What a module exports, as a CommonJS importer or else an ES one sees it. */
async function namesOf(path) {
  const module = await import(pathToFileURL(path).href);
  const commonJs = path.endsWith('.cjs') || module['module.exports'] !== undefined;
  return commonJs ? require(path) : module;
}

/** @type {import('esbuild').BuildOptions} */
const options = {
  absWorkingDir: root,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  // Names stay, so that a stack trace can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  keepNames: false,
  // Optional ways of oclif and ws to run TypeScript or native code.
  external: ['typescript', 'ts-node', 'tsx', 'bufferutil', 'utf-8-validate'],
  define: {
    'import.meta.url': 'bundleUrl',
    'import.meta.dirname': '__dirname',
    'import.meta.resolve': 'bundleResolve',
  },
  banner: {
    // Asking `require` for a module of Node asks every resolve hook; this does not.
    js: [
      `const { pathToFileURL: bundleFile } = require('node:url');`,
      `const bundleUrl = bundleFile(__filename).href;`,
      `const requireFile = require;`,
      `const bundleResolve = (specifier) => bundleFile(requireFile.resolve(specifier)).href;`,
      `require = Object.assign((id) => process.getBuiltinModule(id) ?? requireFile(id), requireFile);`,
    ].join('\n'),
  },
  legalComments: 'linked',
  logLevel: 'warning',
};

const modules = [];
const versions = {};
for (const [name, subpaths] of Object.entries(shared)) {
  versions[name] = readJson(require.resolve(`${name}/package.json`)).version;
  for (const subpath of subpaths) {
    const key = name + subpath.slice(1);
    modules.push({ key, path: require.resolve(key), package: name });
  }
}
for (const path of byPath) modules.push({ key: path, path: join(root, path) });

const facadeOf = (key) => `${key.replace('@', '').replace(/\.js$/, '').replaceAll('/', '.')}.js`;
const facades = Object.fromEntries(
  modules.map(({ key, package: name }) => [key, { file: facadeOf(key), package: name }]),
);
/** Each module is evaluated when it is asked for. */
const onDemand = (entries) =>
  entries.map(({ key, path }) => `exports[${quote(key)}] = () => require(${quote(path)});`).join('\n');

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await build({
  ...options,
  stdin: {
    contents: `
${onDemand(modules)}
const { shareModules } = require('./dist/shared-modules.js');
shareModules({ folder: __dirname, versions: ${quote(versions)}, facades: ${quote(facades)} });
exports.main = require('./dist/main.js').main;
`,
    resolveDir: root,
    sourcefile: 'main-entry.cjs',
  },
  outfile: join(out, 'main.cjs'),
  plugins: [loadOnUse],
});
if (new Set([...rare].map(rareFile)).size < rare.size)
  throw new Error('two dependencies would get the same file');
await Promise.all(
  [...rare].map((path) =>
    build({
      ...options,
      stdin: {
        contents: `module.exports = require(${quote(path)});`,
        resolveDir: root,
        sourcefile: 'rare-entry.cjs',
      },
      outfile: join(out, rareFile(path)),
      plugins: [{ name: 'load-builtins-on-use', setup: loadBuiltinsOnUse }],
    }),
  ),
);

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
  const own = names
    .filter((name) => name !== 'default')
    .map((name) => `export const ${name} = shared.${name};`);
  const rest = isCommonJs
    ? [`export { shared as default, shared as 'module.exports' };`]
    : names.filter((name) => name === 'default').map(() => 'export default shared.default;');
  const source = [
    `const shared = process.getBuiltinModule('node:module').createRequire(import.meta.url)('./main.cjs')[${quote(key)}]();`,
    ...own,
    ...rest,
  ];
  writeFileSync(join(out, facadeOf(key)), `${source.join('\n')}\n`);
}
