#!/usr/bin/env node
// This file alone must parse and run on any Node from 12.17 on: it is what says that Node is too old. It imports
// nothing: a module of Node that is imported shows all its names, and some of those load further modules.
const NEEDED_MAJOR = 24;
const argv = process.argv.slice(2);

if (Number(process.versions.node.split('.')[0]) < NEEDED_MAJOR)
  void import('./rerun.js').then(({ rerun }) => rerun(argv, NEEDED_MAJOR));
else if (argv.length === 1 && argv[0] === '--version' && !process.env.RIG_OUTPUT) printVersion();
else if (argv[0] === '__complete') complete();
else start();

/** Before anything else is loaded: the most frequent call of scripts. */
function printVersion() {
  const { readFileSync, writeSync } = process.getBuiltinModule('fs');
  const { version } = JSON.parse(readFileSync(`${import.meta.dirname}/../package.json`, 'utf8'));
  const line = `rig ${version} ${process.platform}-${process.arch} node-${process.version}\n`;
  try {
    // Not process.stdout, which loads streams and sockets first. So short a line is written whole or not at all.
    writeSync(1, line);
  } catch (error) {
    // `| true` has seen enough before a word is said.
    if (error.code === 'EAGAIN') process.stdout.write(line);
    else if (error.code !== 'EPIPE') fail(`The version cannot be written: ${error.message}`);
  }
}

/** What a shell asks at every press of Tab; whatever happens, it gets words or nothing. */
function complete() {
  const { createRequire, enableCompileCache } = process.getBuiltinModule('module');
  const { writeFileSync } = process.getBuiltinModule('fs');
  const path = process.getBuiltinModule('path');
  const root = path.dirname(import.meta.dirname);
  try {
    enableCompileCache(compileCache());
    const bundle = createRequire(import.meta.url)('../dist/bundle/complete.cjs');
    const place = { root, rigHome: rigHome(), env: process.env, now: Date.now() };
    writeFileSync(1, bundle.complete(argv.slice(1), place));
  } catch {
    // A word about it would land in the middle of the line that is being typed.
  }
}

function start() {
  const { createRequire, enableCompileCache } = process.getBuiltinModule('module');
  const path = process.getBuiltinModule('path');
  enableCompileCache(compileCache());
  try {
    const root = path.dirname(import.meta.dirname);
    // A signal that comes while the core is loaded is told afterwards, to whoever listens then.
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, hold);
    void createRequire(import.meta.url)('../dist/bundle/main.cjs').main({ root, argv });
    for (const signal of signals) process.off(signal, hold);
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    fail('rig is not built yet; run: npm run build');
  }
}

/** Where Node keeps what it compiled: below RIG_HOME, since whoever can write there can run code as this user. */
function compileCache() {
  const { mkdirSync } = process.getBuiltinModule('fs');
  const path = process.getBuiltinModule('path');
  const folder = path.join(rigHome(), 'cache', 'compiled');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch {
    // Without the folder Node compiles anew each time.
  }
  return folder;
}

/** Does nothing: that somebody listens is enough. */
function hold() {}

function rigHome() {
  const path = process.getBuiltinModule('path');
  const { homedir } = process.getBuiltinModule('os');
  return process.env.RIG_HOME ? path.resolve(process.env.RIG_HOME) : path.join(homedir(), '.rig');
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
