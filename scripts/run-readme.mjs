// Executes every command of the README, in order, as a newcomer would: in the repository, with a state
// folder of its own. A command is a line that starts with `$ ` in a `console` block.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/```console\n([\s\S]*?)```/g)].map((match) => match[1]);
const commands = blocks.flatMap((block) =>
  block
    .split('\n')
    .filter((line) => line.startsWith('$ '))
    .map((line) =>
      line
        .slice(2)
        .replace(/ {2,}# .*$/, '')
        .trim(),
    ),
);
if (commands.length < 10) throw new Error(`only ${commands.length} commands found in README.md`);

const ciSteps = readFileSync(join(root, '.ci', 'run'), 'utf8');
/** What `.ci/run` has as a step of its own is not run twice. */
const elsewhere = (command) => ciSteps.includes(` ${command}\n`);
/** Ends only when told to: it is interrupted as a user would, once it has shown something. */
const endless = (command) => / (-f|--follow)( |$)/.test(command);

const rigHome = mkdtempSync(join(tmpdir(), 'rig-readme-'));
const environment = { ...process.env, RIG_HOME: rigHome };
const limitMs = 300_000;

function execute(command) {
  return new Promise((resolve) => {
    // A process group of its own, so that an interrupt reaches what the shell started, as from a terminal.
    const child = spawn('bash', ['-c', command], {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    let interrupted = false;
    const signalGroup = (signal) => {
      try {
        process.kill(-Number(child.pid), signal);
      } catch {
        // It has ended by itself.
      }
    };
    const limit = setTimeout(() => signalGroup('SIGKILL'), limitMs);
    const take = (chunk) => {
      output += chunk;
      if (!endless(command) || interrupted) return;
      interrupted = true;
      signalGroup('SIGINT');
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      const good = endless(command) ? code === 130 || signal === 'SIGINT' : code === 0;
      resolve({ good, outcome: signal ?? `exit ${code}`, output });
    });
  });
}

let passed = 0;
let failed = 0;
try {
  for (const command of commands) {
    if (elsewhere(command)) {
      console.log(`elsewhere  ${command}`);
      continue;
    }
    const { good, outcome, output } = await execute(command);
    if (good) passed += 1;
    else failed += 1;
    console.log(`${good ? 'ok      ' : 'FAILED  '} ${command} (${outcome})`);
    if (!good) console.log(output.replaceAll(/^/gm, '    '));
  }
} finally {
  await execute('npx rig platform stop');
  rmSync(rigHome, { recursive: true, force: true, maxRetries: 5 });
}
console.log(`README: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
