// Like run.js, this must run on any Node from 12.17 on.
import { spawn } from 'child_process';
import { existsSync } from 'fs';
import { createRequire } from 'module';
import { dirname, join } from 'path';
import { fileURLToPath } from 'url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs the same command line with the Node that came with rig, and ends as it ends. */
export function rerun(argv, neededMajor) {
  const node = findNode();
  if (node === undefined) {
    fail(`rig needs Node ${neededMajor} or newer; this is Node ${process.versions.node}.`);
    return;
  }
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
