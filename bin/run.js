#!/usr/bin/env node
// This file alone must parse and run on any Node from 12.17 on: it is what says that Node is too old.
import { existsSync, readFileSync } from 'fs';
import module, { createRequire } from 'module';
import { dirname, join } from 'path';
import { fileURLToPath } from 'url';

const NEEDED_MAJOR = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const argv = process.argv.slice(2);

if (Number(process.versions.node.split('.')[0]) < NEEDED_MAJOR) void rerun();
else if (argv.length === 1 && argv[0] === '--version' && !process.env.RIG_OUTPUT) printVersion();
else start();

/** Before anything else is loaded: the most frequent call of scripts. */
function printVersion() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  // `| true` has seen enough before a word is said.
  process.stdout.on('error', (error) => {
    if (error.code !== 'EPIPE') fail(`The version cannot be written: ${error.message}`);
  });
  process.stdout.write(`rig ${version} ${process.platform}-${process.arch} node-${process.version}\n`);
}

function start() {
  module.enableCompileCache();
  const entry = join(root, 'dist', 'main.js');
  if (!existsSync(entry)) fail('rig is not built yet; run: npm run build');
  else void import('../dist/main.js').then(({ main }) => main({ root, argv }));
}

/** Runs the same command line with the Node that came with rig, and ends as it ends. */
async function rerun() {
  const node = findNode();
  if (node === undefined) {
    fail(`rig needs Node ${NEEDED_MAJOR} or newer; this is Node ${process.versions.node}.`);
    return;
  }
  const { spawn } = await import('child_process');
  const child = spawn(node, [...process.execArgv, process.argv[1], ...argv], { stdio: 'inherit' });
  // Ctrl-C at a terminal reaches both processes already; passed on, it would count twice.
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !atTerminal) child.kill(signal);
    });
  }
  child.on('error', (error) => fail(`${node} cannot be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    for (const name of signals) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

function findNode() {
  const candidates = [join(root, 'node_modules', 'node', 'bin', 'node')];
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    candidates.push(join(dirname(manifest), 'bin', 'node'));
  } catch {
    // No such package: there is only the candidate that is tried anyway.
  }
  return candidates.find((path) => existsSync(path));
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
