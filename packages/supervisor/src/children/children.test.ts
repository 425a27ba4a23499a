import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, statSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { TestSupervisor } from '../testing/test-supervisor.ts';
import { until } from '../testing/until.ts';

let supervisor: TestSupervisor;
beforeEach(() => {
  supervisor = new TestSupervisor();
});
afterEach(() => supervisor.close());

test('rigd and the edge run with the home folder and a clean environment, and say so in their logs', async () => {
  process.env.RIG_TEST_SECRET = 'x';
  const record = await supervisor.start();
  delete process.env.RIG_TEST_SECRET;
  assert.equal(statSync(supervisor.layout.supervisorRecord).mode & 0o777, 0o600);
  assert.equal(statSync(supervisor.layout.supervisorSocket).mode & 0o777, 0o600);
  assert.equal(statSync(supervisor.layout.sockets).mode & 0o777, 0o700);
  const { rigd, edge, pid } = await until('both', async () => {
    const state = await supervisor.state();
    return state.rigd.pid !== null && state.edge.pid !== null ? state : null;
  });
  assert.equal(pid, record.pid);
  for (const [name, child] of Object.entries({ rigd, edge })) {
    const log = join(supervisor.layout.ownLogs, `${name}.log`);
    const line = await until('its first line', () => (existsSync(log) ? readFileSync(log, 'utf8') : ''));
    assert.match(line, new RegExp(`^stand-in ${child.pid} for ${supervisor.home} LANG,PATH\\n$`));
  }
});

test('a rigd that is killed is back at once, again and again', async () => {
  await supervisor.start();
  let before = await until('rigd', async () => (await supervisor.state()).rigd.pid);
  for (const restarts of [1, 2]) {
    process.kill(before, 'SIGKILL');
    const { rigd } = await until('another rigd', async () => {
      const state = await supervisor.state();
      return state.rigd.pid !== null && state.rigd.pid !== before ? state : null;
    });
    assert.equal(rigd.restarts, restarts);
    assert.match(rigd.lastExit ?? '', /^was ended by SIGKILL$/);
    before = rigd.pid ?? 0;
  }
});

test('a child that cannot start is tried again, and the state tells what it said', async () => {
  const broken = new URL('../testing/broken.mjs', import.meta.url).pathname;
  const standIn = new URL('../testing/stand-in.ts', import.meta.url).pathname;
  await supervisor.start({ entries: { rigd: broken, edge: standIn } });
  const { rigd } = await until('restarts', async () => {
    const state = await supervisor.state();
    return state.rigd.restarts >= 3 ? state : null;
  });
  assert.match(rigd.lastExit ?? '', /^exited with code 7: port 4321 is taken$/);
});

test('a second supervisor leaves with code 3, and the first goes on', async () => {
  const { pid } = await supervisor.start();
  const second = supervisor.spawn();
  await once(second, 'exit');
  assert.equal(second.exitCode, 3);
  assert.equal((await supervisor.state()).pid, pid);
});

test('of several started at once over a stale lock one has the platform', async () => {
  await supervisor.start();
  await supervisor.kill();
  const contenders = [1, 2, 3, 4].map(() => supervisor.spawn());
  const winner = await until('a winner', () => {
    const losers = contenders.filter(({ exitCode }) => exitCode === 3);
    const living = contenders.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    return losers.length === 3 && living.length === 1 ? living[0] : null;
  });
  const record = await until('its record', () => {
    const found = supervisor.record();
    return found?.pid === winner.pid ? found : null;
  });
  assert.equal((await supervisor.state()).pid, record.pid);
  const ended = once(winner, 'exit');
  winner.kill('SIGTERM');
  await ended;
  assert.equal(winner.exitCode, 0);
});

test('after a SIGKILL of the supervisor there is one rigd, and the same edge', async () => {
  await supervisor.start();
  const before = await until('both', async () => {
    const { rigd, edge } = await supervisor.state();
    return rigd.pid !== null && edge.pid !== null ? { rigd: rigd.pid, edge: edge.pid } : null;
  });
  await supervisor.kill();
  await supervisor.start();
  const after = await until('both again', async () => {
    const { rigd, edge } = await supervisor.state();
    return rigd.pid !== null && edge.pid !== null ? { rigd: rigd.pid, edge: edge.pid } : null;
  });
  assert.equal(after.edge, before.edge);
  assert.notEqual(after.rigd, before.rigd);
  const running = await supervisor.processesNaming(`stand-in.ts\0${supervisor.home}`);
  assert.deepEqual(new Set(running), new Set([after.rigd, after.edge]));
  process.kill(after.edge, 'SIGKILL');
  await until('a new edge', async () => {
    const { edge } = await supervisor.state();
    return edge.pid !== null && edge.pid !== after.edge;
  });
});

test('a stop leaves no process, no record, no lock and no socket', async () => {
  await supervisor.start();
  await supervisor.run('ins_1', ['sleep', '1000']);
  await supervisor.ask('PUT', '/v1/jobs/bld_child', {
    id: 'bld_child',
    steps: [supervisor.step('wait', 'sleep 1000')],
    preamble: [],
  });
  const { rigd, edge, instances } = await until('everything', async () => {
    const state = await supervisor.state();
    return state.rigd.pid !== null && state.edge.pid !== null ? state : null;
  });
  const channel = await supervisor.begin(['sleep', '1000']);
  await channel.accepted;
  assert.equal(await supervisor.stop(), 0);
  for (const pid of [rigd.pid, edge.pid, instances[0]?.pid]) {
    assert.throws(() => process.kill(pid ?? 0, 0), { code: 'ESRCH' });
  }
  const { supervisorRecord, lock, supervisorSocket, instances: folders, spool } = supervisor.layout;
  for (const path of [supervisorRecord, lock, supervisorSocket, join(folders, 'ins_1')]) {
    assert.equal(existsSync(path), false, path);
  }
  assert.equal(existsSync(join(spool, 'ins_1.out')), false);
  // The next one reports the build that did not end.
  await supervisor.start();
  const { instances: left, jobs } = await supervisor.state();
  assert.deepEqual(left, []);
  assert.deepEqual(
    jobs.map(({ state }) => state),
    ['lost'],
  );
});
