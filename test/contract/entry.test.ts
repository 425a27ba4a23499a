import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Sandbox } from './run-rig.ts';

const repo = fileURLToPath(new URL('../..', import.meta.url));

/** Runs an entry as the Node of another version would see it. */
const pretendNode = (version: string) =>
  `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });\n`;

describe('bin/run.js', { concurrency: 1, timeout: 240_000 }, () => {
  const sandbox = new Sandbox();
  // Laid out as an installation: bin, a bundle with a main that tells what reaches it, and a Node of its own.
  const root = mkdtempSync(join(tmpdir(), 'rig-entry-'));
  const entry = ['--require', join(root, 'old-node.cjs'), join(root, 'bin', 'run.js')];
  const ownNode = join(root, 'node_modules', 'node', 'bin', 'node');
  after(async () => {
    await sandbox.remove();
    rmSync(root, { recursive: true, force: true });
  });
  before(() => {
    cpSync(join(repo, 'bin'), join(root, 'bin'), { recursive: true });
    cpSync(join(repo, 'package.json'), join(root, 'package.json'));
    mkdirSync(join(root, 'dist', 'bundle'), { recursive: true });
    writeFileSync(
      join(root, 'dist', 'bundle', 'main.cjs'),
      `exports.main = ({ argv }) => {
        if (argv[0] === 'die') process.kill(process.pid, 'SIGKILL');
        if (argv[0] === 'wait') {
          process.on('SIGTERM', () => process.exit(77));
          process.stderr.write('waiting');
          setTimeout(() => {}, 60_000);
          return;
        }
        process.stdin.pipe(process.stdout);
        process.stderr.write(JSON.stringify(argv));
        process.exitCode = 42;
      }`,
    );
    writeFileSync(
      join(root, 'old-node.cjs'),
      `if (!process.env.RIG_TEST_NEW_NODE) { ${pretendNode('20.1.0')} }`,
    );
  });

  test('a version that nobody reads is no failure', async () => {
    const script = '{ sleep 0.3; "$0" "$1" --version; echo "$?" >&2; } | true';
    const run = sandbox.start(['-c', script, process.execPath, join(root, 'bin', 'run.js')], {
      node: '/bin/sh',
      entry: [],
    });
    assert.equal((await run.outcome).stderr, '0\n');
  });

  test('says in one line that Node is too old', async () => {
    const outcome = await sandbox.run(['--version'], { entry });
    const stderr = 'rig needs Node 24 or newer; this is Node 20.1.0.\n';
    assert.deepEqual(outcome, { code: 1, signal: null, stdout: '', stderr });
  });

  test('runs with its own Node, and passes arguments, streams, signals and exit codes through', async () => {
    mkdirSync(join(ownNode, '..'), { recursive: true });
    writeFileSync(ownNode, `#!/bin/sh\nRIG_TEST_NEW_NODE=1 exec ${process.execPath} "$@"\n`);
    chmodSync(ownNode, 0o755);
    const argv = ['a b', '--', '$HOME', ''];
    assert.deepEqual(await sandbox.run(argv, { entry, stdin: 'through' }), {
      code: 42,
      signal: null,
      stdout: 'through',
      stderr: JSON.stringify(argv),
    });
    const waiting = sandbox.start(['wait'], { entry });
    await waiting.said('waiting');
    waiting.child.kill('SIGTERM');
    assert.equal((await waiting.outcome).code, 77);
    assert.equal((await sandbox.run(['die'], { entry })).signal, 'SIGKILL');
  });

  test('answers --version without loading anything else', async () => {
    rmSync(join(root, 'dist'), { recursive: true });
    const options = { entry: [join(root, 'bin', 'run.js')] };
    const { version } = JSON.parse(readFileSync(join(repo, 'package.json'), 'utf8')) as { version: string };
    const { stdout, code } = await sandbox.run(['--version'], options);
    assert.match(stdout, new RegExp(`^rig ${version.replaceAll('.', '\\.')} \\S+ node-v\\d`));
    assert.equal(code, 0);
    const unbuilt = await sandbox.run(['help'], options);
    assert.deepEqual([unbuilt.code, unbuilt.stderr], [1, 'rig is not built yet; run: npm run build\n']);
  });
});
