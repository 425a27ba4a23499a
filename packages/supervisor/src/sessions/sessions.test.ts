import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionReport } from '@rig-ops/contract/supervisor-sessions';
import { readProcess } from '../proc/process-table.ts';
import { TestClient } from '../testing/session-client.ts';
import { TestSupervisor } from '../testing/test-supervisor.ts';
import { until } from '../testing/until.ts';

const terminal = { columns: 80, rows: 24, term: 'xterm' };
const limits = { reconnectSeconds: 60, detachedSeconds: 60, idleSeconds: null, maximumSeconds: null };
const bob = { id: 'cli_bob', user: 'bob', address: 'there' };

let supervisor: TestSupervisor;
before(async () => {
  supervisor = new TestSupervisor();
  await supervisor.start();
});
after(() => supervisor.close());

const reportOf = async (id: string): Promise<SessionReport | undefined> =>
  (await supervisor.sessions()).find(({ spec }) => spec.id === id);
const ended = (id: string) =>
  until(`the end of ${id}`, async () => {
    const report = await reportOf(id);
    return report?.state === 'ended' ? report : null;
  });
const alone = (id: string) =>
  until(`nobody in ${id}`, async () => (await reportOf(id))?.clients.length === 0);
const isAlive = async (pid: number) => (await readProcess(pid)) !== null;
const digest = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');

describe('a client that is lost', () => {
  it('goes on where it was: nothing of the output is missing or repeated over cuts at any point', async () => {
    const bytes = 6_000_000;
    // Numbers, so that what is wrong shows.
    const client = await TestClient.begin(supervisor, ['sh', '-c', `seq 1 1000000 | head -c ${bytes}`]);
    for (let cut = 1; cut <= 8; cut += 1) {
      await until('some output', () => client.at >= (bytes / 10) * cut);
      await client.lose();
      await sleep(cut * 3);
      await client.comeBack();
    }
    const exit = await client.exit();
    await until('the rest', () => client.output.length >= bytes);
    assert.equal(exit.stdoutBytes, bytes);
    assert.equal(client.output.length, bytes);
    const expected = Buffer.from(Array.from({ length: 1_000_000 }, (_, index) => index + 1).join('\n'));
    assert.equal(digest(client.output), digest(expected.subarray(0, bytes)));
    assert.deepEqual(
      client.notices.filter(({ type }) => type === 'gap'),
      [],
    );
  });

  it('sends what has not reached the program, and no key twice', async () => {
    const client = await TestClient.begin(supervisor, ['cat']);
    const lines = Array.from({ length: 4_000 }, (_, index) => `line ${index}\n`);
    const all = Buffer.from(lines.join(''));
    let given = 0;
    for (let cut = 0; cut < 10; cut += 1) {
      const end = Math.floor((all.length / 10) * (cut + 1));
      // Some of it is still under way when the connection goes.
      void client.type(all.subarray(given, end)).catch(() => undefined);
      await sleep(cut);
      await client.lose();
      await client.comeBack();
      given = client.accepted?.offsets.stdin ?? 0;
    }
    await client.type(all.subarray(given));
    client.channel.end(0);
    assert.equal((await client.exit()).exitCode, 0);
    await until('all of it', () => client.output.length >= all.length);
    assert.equal(client.output.toString(), all.toString());
  });

  it('is held nothing back while it is away and its program prints little', async () => {
    const client = await TestClient.begin(supervisor, [
      'sh',
      '-c',
      'read x; echo one; read y; echo $y; exit 3',
    ]);
    await client.type('\n');
    await client.sees('one');
    await client.lose();
    await client.comeBack();
    await client.type('two\n');
    await client.sees('two');
    assert.equal((await client.exit()).exitCode, 3);
  });

  it('still gets the rest and the outcome when the program has ended meanwhile', async () => {
    const client = await TestClient.begin(supervisor, [
      'sh',
      '-c',
      'echo begun; read x; sleep 0.3; echo rest; exit 7',
    ]);
    await client.sees('begun');
    await client.type('\n');
    await until('the line', async () => (await reportOf(client.session))?.bytes.stdin === 1);
    await client.lose();
    const report = await ended(client.session);
    assert.deepEqual([report.end, report.exitCode], ['exited', 7]);
    // Who looks after ends forgets it at once.
    await supervisor.ask('DELETE', `/v1/sessions/${client.session}`);
    assert.equal(await reportOf(client.session), undefined);
    await client.comeBack();
    await client.sees('rest');
    assert.equal((await client.exit()).exitCode, 7);
    assert.equal(client.output.toString(), 'begun\nrest\n');
  });

  it('is waited for as long as is said, and no longer', async () => {
    const client = await TestClient.begin(supervisor, ['sh', '-c', 'echo $$; exec sleep 1000'], {
      limits: { ...limits, reconnectSeconds: 1 },
    });
    await client.sees('\n');
    const pid = (await reportOf(client.session))?.pid ?? 0;
    await client.lose();
    const report = await ended(client.session);
    assert.deepEqual([report.end, report.signal], ['lost', 'SIGHUP']);
    await until('its end', async () => !(await isAlive(pid)));
    await assert.rejects(client.comeBack(), { code: 'session_ended' });
  });

  it('is somebody else when it is of another user', async () => {
    const client = await TestClient.begin(supervisor, ['cat']);
    await client.lose();
    const thief = await supervisor.attach(client.session, {
      client: { ...bob, id: client.id },
      from: { stdout: 0, stderr: 0 },
    });
    await assert.rejects(thief.accepted, { code: 'not_permitted' });
    await client.comeBack();
    client.channel.end(0);
    assert.equal((await client.exit()).exitCode, 0);
  });

  it('takes its place although its old connection is not known to be over', async () => {
    const client = await TestClient.begin(supervisor, ['cat']);
    const old = client.channel;
    await client.comeBack();
    assert.equal((await old.closed)?.code, 'connection_lost');
    await client.type('here\n');
    await client.sees('here');
    client.channel.end(0);
    assert.equal((await client.exit()).exitCode, 0);
  });

  it('has a terminal the same way', async () => {
    const script =
      'stty -echo; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo $i; done; read x; echo got $x; exit 4';
    const client = await TestClient.begin(supervisor, ['sh', '-c', script], { terminal });
    for (const much of [1_000, 20_000, 60_000]) {
      await until('some output', () => client.at >= much);
      await client.lose();
      await client.comeBack();
    }
    await client.sees('20000\r\n');
    await client.type('key\r');
    await client.sees('got key');
    assert.equal((await client.exit()).exitCode, 4);
    const expected = Array.from({ length: 20_000 }, (_, index) => `${index + 1}\r\n`).join('');
    assert.equal(client.output.toString(), `${expected}got key\r\n`);
  });
});

describe('a session that was left', () => {
  it('goes on, and tells who comes back late what was dropped', async () => {
    const script = 'read x; seq 1 1000000 | head -c 5000000; echo; echo done; read y; exit 9';
    const client = await TestClient.begin(supervisor, ['sh', '-c', script]);
    client.channel.control({ type: 'detach' });
    assert.deepEqual(await client.channel.exited, { left: 'detached' });
    await alone(client.session);
    const back = await TestClient.attach(supervisor, client.session);
    await back.type('\n');
    // A message overtakes bytes that are still to be sent.
    await until('the line', async () => (await reportOf(client.session))?.bytes.stdin === 1);
    back.channel.control({ type: 'detach' });
    await back.channel.exited;
    await until('all of it', async () => ((await reportOf(client.session))?.bytes.stdout ?? 0) >= 5_000_006);
    client.at = 100;
    await client.comeBack();
    await client.sees('done');
    const [gap] = client.notices.filter(({ type }) => type === 'gap');
    assert.ok(gap?.type === 'gap');
    assert.equal(gap.from, 100);
    assert.ok(gap.to > 3_500_000 && gap.to < 4_100_000, String(gap.to));
    assert.equal(client.at, 5_000_006);
    assert.equal(client.output.length, 5_000_006 - gap.to);
    await client.type('\n');
    const exit = await client.exit();
    assert.deepEqual([exit.exitCode, exit.stdoutBytes], [9, 5_000_006]);
  });

  it('ends when nobody comes for as long as is said', async () => {
    const client = await TestClient.begin(supervisor, ['sleep', '1000'], {
      detach: true,
      limits: { ...limits, detachedSeconds: 1 },
    });
    client.channel.close();
    assert.equal((await ended(client.session)).end, 'detached');
  });
});

describe('several clients', () => {
  it('one writes, others watch, and a watcher that does not read holds nobody back', async () => {
    const client = await TestClient.begin(supervisor, [
      'sh',
      '-c',
      'read x; head -c 4000000 /dev/zero; echo end; read y',
    ]);
    const watcher = await supervisor.attach(client.session, { client: bob, mode: null });
    assert.equal(((await watcher.accepted) as { mode: string }).mode, 'read');
    const busy = await supervisor.attach(client.session, { client: { ...bob, id: 'cli_3' }, mode: 'write' });
    await assert.rejects(busy.accepted, { code: 'session_busy' });
    await client.type('\n');
    await client.sees('end');
    await client.type('\n');
    assert.equal((await client.exit()).stdoutBytes, 4_000_004);
  });

  it('one takes over from another, whose input goes nowhere until it gets writing back', async () => {
    const client = await TestClient.begin(supervisor, ['cat']);
    const thief = await TestClient.attach(supervisor, client.session, { client: bob, steal: true });
    assert.equal(thief.accepted?.mode, 'write');
    await until('word of it', () => client.notices.some(({ type }) => type === 'mode'));
    assert.deepEqual(client.notices.at(-1), { type: 'mode', mode: 'read', by: 'bob' });
    await client.type('lost\n');
    await until('its bytes', async () => (await reportOf(client.session))?.bytes.stdin === 5);
    await thief.type('taken\n');
    await client.sees('taken');
    thief.channel.close();
    await until('its place back', () =>
      client.notices.some((each) => each.type === 'mode' && each.mode === 'write'),
    );
    await client.type('mine\n');
    await client.sees('mine');
    assert.equal(client.output.toString(), 'taken\nmine\n');
    client.channel.end(0);
    assert.equal((await client.exit()).exitCode, 0);
  });
});

describe('the end of a session', () => {
  it('takes along what it has started: other sessions, orphans, ignorers of SIGHUP', async () => {
    const script = `
      echo "pid $$"
      (setsid sh -c 'echo "pid $$"; exec sleep 1000' &)
      nohup sh -c 'echo "pid $$"; exec sleep 1000' 2>/dev/null &
      sh -c 'trap "" HUP TERM INT; echo "pid $$"; while :; do sleep 1; done' &
      (sh -c '(sh -c "echo pid \\$\\$; exec sleep 1000" &)' &)
      sleep 0.5; echo ready; exec sleep 1000`;
    for (const how of ['kill', 'lost', 'exit'] as const) {
      const client = await TestClient.begin(
        supervisor,
        ['sh', '-c', how === 'exit' ? script.replace('exec sleep 1000`', '') : script],
        {
          limits: { ...limits, reconnectSeconds: 0 },
        },
      );
      await client.sees('ready');
      const marks = [...client.output.toString().matchAll(/pid (\d+)/g)];
      assert.equal(marks.length, 5, client.output.toString());
      const mine = await supervisor.processesMarked(client.session);
      assert.ok(mine.length >= 5, `${mine.length} of them`);
      if (how === 'kill') {
        await supervisor.ask('POST', `/v1/sessions/${client.session}/kill`, { why: 'killed', graceMs: 100 });
      } else if (how === 'lost') await client.lose();
      else client.channel.control({ type: 'signal', signal: 'SIGKILL' });
      const report = await ended(client.session);
      assert.equal(report.end, how === 'kill' ? 'killed' : how === 'lost' ? 'lost' : 'exited');
      await until(
        'the end of all of them',
        async () => (await supervisor.processesMarked(client.session)).length === 0,
      );
    }
  });

  it('comes at its time: of the command, in all, without a byte', async () => {
    for (const [change, end] of [
      [{ timeoutMs: 300 }, 'timeout'],
      [{ limits: { ...limits, maximumSeconds: 1 } }, 'maximum'],
      [{ limits: { ...limits, idleSeconds: 1 } }, 'idle'],
    ] as const) {
      const client = await TestClient.begin(supervisor, ['sleep', '1000'], change);
      const exit = await client.exit();
      assert.equal(exit.end, end);
      assert.equal(exit.signal, end === 'timeout' ? 'SIGTERM' : 'SIGHUP');
      if (end !== 'timeout') {
        assert.ok(
          client.notices.some((each) => each.type === 'ending' && each.why === end),
          end,
        );
      }
    }
  });

  it('is refused to those who come later, and to those who ask for one that never was', async () => {
    const client = await TestClient.begin(supervisor, ['true']);
    await client.exit();
    await ended(client.session);
    const late = await supervisor.attach(client.session);
    await assert.rejects(late.accepted, { code: 'session_ended' });
    const none = await supervisor.attach('ses_none');
    await assert.rejects(none.accepted, { code: 'session_not_found' });
  });

  it('comes with that of its supervisor, and the next one says so', async () => {
    const client = await TestClient.begin(supervisor, [
      'sh',
      '-c',
      'trap "" HUP; echo $$; while :; do sleep 1; done',
    ]);
    await client.sees('\n');
    const before = await supervisor.processesMarked(client.session);
    assert.ok(before.length > 0);
    await supervisor.kill();
    await supervisor.start();
    const report = await ended(client.session);
    assert.deepEqual([report.end, report.exitCode], ['abandoned', null]);
    await until(
      'the end of all of it',
      async () => (await supervisor.processesMarked(client.session)).length === 0,
    );
    await supervisor.ask('DELETE', `/v1/sessions/${client.session}`);
    assert.equal(await reportOf(client.session), undefined);
  });
});
