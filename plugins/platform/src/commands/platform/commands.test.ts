import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { platformLayout } from '@rig-ops/contract/layout';
import { runCommand } from '@rig-ops/kit/harness';
import PlatformLogsCommand from './logs.ts';
import PlatformStartCommand from './start.ts';
import PlatformStatusCommand from './status.ts';
import PlatformStopCommand from './stop.ts';

async function makeHome(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rig-platform-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function writeLogs(rigHome: string): Promise<string> {
  const { ownLogs } = platformLayout(rigHome);
  await mkdir(ownLogs, { recursive: true });
  await writeFile(join(ownLogs, 'supervisor.log'), 's1\ns2\n');
  await writeFile(join(ownLogs, 'rigd.log'), 'r1\nr2\nr3\n');
  return ownLogs;
}

test('status and stop of a platform that does not run say so, and start nothing', async (t) => {
  const rigHome = await makeHome(t);
  const status = await runCommand(PlatformStatusCommand, [], { rigHome });
  assert.equal(status.exitCode, 0);
  assert.match(status.stdout, /does not run/);
  assert.match(status.stderr, /rig platform start/);
  assert.deepEqual(status.result, {
    running: false,
    version: null,
    url: null,
    publicUrl: null,
    registry: null,
    startedAt: null,
    folder: join(rigHome, 'platform'),
    database: { kind: 'sqlite', host: null, port: null, name: join(rigHome, 'platform', 'rigd.sqlite') },
    parts: [
      { name: 'supervisor', pid: null, restarts: null, lastExit: null },
      { name: 'rigd', pid: null, restarts: null, lastExit: null },
      { name: 'edge', pid: null, restarts: null, lastExit: null },
    ],
    engine: 'process',
    docker: null,
    problem: null,
    instances: null,
  });
  const stop = await runCommand(PlatformStopCommand, [], { rigHome });
  assert.deepEqual(stop.result, { wasRunning: false, forced: false });
  assert.match(stop.stdout, /does not run/);
});

test('a platform whose programs are missing fails to start with its reason', async (t) => {
  const rigHome = await makeHome(t);
  const missing = join(rigHome, 'missing.js');
  const platformEntries = { supervisor: missing, rigd: missing, edge: missing };
  const { error, exitCode } = await runCommand(PlatformStartCommand, [], { rigHome, platformEntries });
  assert.equal(error?.code, 'platform_start_failed');
  assert.match(error.message, /missing\.js/);
  assert.equal(exitCode, 8);
});

test('a port that is none is a usage error', async (t) => {
  const rigHome = await makeHome(t);
  for (const port of ['-1', '65536', 'x']) {
    const { exitCode } = await runCommand(PlatformStartCommand, ['--port', port], { rigHome });
    assert.equal(exitCode, 2, port);
  }
});

test('logs of every part carry its name, logs of one part do not', async (t) => {
  const rigHome = await makeHome(t);
  await writeLogs(rigHome);
  const all = await runCommand(PlatformLogsCommand, ['-n', '2'], { rigHome });
  assert.equal(all.stdout, 'supervisor | s1\nsupervisor | s2\nrigd       | r2\nrigd       | r3\n');
  const one = await runCommand(PlatformLogsCommand, ['--part', 'rigd', '-n', '1'], { rigHome });
  assert.equal(one.stdout, 'r3\n');
  assert.deepEqual(one.records, [{ type: 'line', part: 'rigd', message: 'r3' }]);
  const none = await runCommand(PlatformLogsCommand, ['--part', 'edge'], { rigHome });
  assert.equal(none.stdout, '');
});

test('following shows new lines of every part until it is stopped', async (t) => {
  const rigHome = await makeHome(t);
  const ownLogs = await writeLogs(rigHome);
  const stop = new AbortController();
  const records: unknown[] = [];
  class Watched extends PlatformLogsCommand {
    override renderRecord(record: Parameters<PlatformLogsCommand['renderRecord']>[0]): string {
      records.push(`${record.part}:${record.message}`);
      if (records.length === 1) void appendFile(join(ownLogs, 'rigd.log'), 'r4\n');
      if (records.length === 2) void writeFile(join(ownLogs, 'edge.log'), 'e1\n');
      if (records.length === 3) stop.abort(new Error('Ctrl-C'));
      return super.renderRecord(record);
    }
  }
  await writeFile(join(ownLogs, 'supervisor.log'), '');
  await runCommand(Watched, ['-f', '-n', '1'], { rigHome, signal: stop.signal });
  assert.deepEqual(records, ['rigd:r3', 'rigd:r4', 'edge:e1']);
});
