import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { CuttingProxy } from '../support/logs-chaos/cutting-proxy.ts';
import { accessOf } from '../support/remote-proofs/run-in-terminal.ts';
import { until, User } from '../support/rig.ts';

/** How long a client is waited for here; 60 s unless somebody says otherwise. */
const RECONNECT_SECONDS = 1;

interface Session {
  id: string;
  state: string;
  end: string | null;
  containment: 'pid-namespace' | 'cgroup' | 'processes';
}

let user: User;
before(async () => {
  user = new User();
  mkdirSync(join(user.home, 'platform'), { recursive: true });
  const limits = { reconnectSeconds: RECONNECT_SECONDS, terminalReconnectSeconds: RECONNECT_SECONDS };
  writeFileSync(join(user.home, 'platform', 'session-limits.json'), JSON.stringify(limits));
  await user.json(['deploy', user.example('hello-node'), '--yes']);
});
after(() => user.close());

/** What a program may start so that it stays: each runs `sleep` for a time of its own, by which it is found. */
const escapes = {
  child: 'sleep TIME &',
  nohup: 'nohup sleep TIME >/dev/null 2>&1 &',
  setsid: 'setsid sleep TIME >/dev/null 2>&1 </dev/null &',
  'double fork': '(setsid sh -c "sleep TIME & exit" >/dev/null 2>&1 </dev/null &)',
  'deaf to HUP': 'sh -c \'trap "" HUP TERM INT; exec sleep TIME\' >/dev/null 2>&1 &',
  'env -i': 'env -i sleep TIME >/dev/null 2>&1 </dev/null &',
};
/** What nothing but a cgroup or a pid namespace holds: no group, no parent and no mark are left. */
const unheld = { 'env -i setsid': 'env -i setsid sh -c "sleep TIME & exit" >/dev/null 2>&1 </dev/null &' };

let serial = 0;

interface Mess {
  script: string;
  /** Ways that have left something behind. */
  survivors: () => string[];
  started: () => boolean;
}

function mess(ways: Record<string, string>): Mess {
  serial += 1;
  const times = Object.fromEntries(
    Object.keys(ways).map((way, index) => [way, String(500_000 + serial * 100 + index)]),
  );
  const lines = Object.entries(ways).map(([way, line]) => line.replace('TIME', times[way] ?? ''));
  const alive = () => {
    const running = sleepers();
    return Object.keys(ways).filter((way) => running.has(times[way] ?? ''));
  };
  return {
    script: `${lines.join('\n')}\necho ready\nexec sleep 600`,
    survivors: alive,
    started: () => alive().length === Object.keys(ways).length,
  };
}

/** Arguments of every `sleep` of this machine. */
function sleepers(): Set<string> {
  const found = new Set<string>();
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      const [program, time] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (program === 'sleep' && time !== undefined) found.add(time);
    } catch {
      // It has just ended.
    }
  }
  return found;
}

const sessions = async (): Promise<Session[]> =>
  (await user.json<{ sessions: Session[] }>(['sessions', 'list', '--all'])).sessions;

async function begin(t: TestContext, { script, started }: Mess, env: Record<string, string> = {}) {
  const child = user.spawn(['command', 'hello-node', '--no-stdin', '--', 'sh', '-c', script], { env });
  t.after(() => child.kill('SIGKILL'));
  await until('all of it to run', started);
  const running = (await sessions()).filter(({ state }) => state === 'running');
  assert.equal(running.length, 1);
  return { child, session: running[0] as Session };
}

/** The session ends as it should, and 2 s later nothing of it is left. */
async function leavesNothing({ id }: Session, { survivors }: Mess, end: string): Promise<void> {
  const ended = await until('the session to end', async () =>
    (await sessions()).find((session) => session.id === id && session.state === 'ended'),
  );
  assert.equal(ended.end, end);
  await until('nothing to be left', () => survivors().length === 0, 2_000).catch(() =>
    assert.deepEqual(survivors(), []),
  );
}

const waysOf = (t: TestContext, session: Session, { survivors }: Mess): void =>
  t.diagnostic(`held by ${session.containment}; ran: ${survivors().join(', ')}`);

test('kill -9 of the client', async (t) => {
  const all = mess(escapes);
  const { child, session } = await begin(t, all);
  waysOf(t, session, all);
  child.kill('SIGKILL');
  await leavesNothing(session, all, 'lost');
});

test('kill -9 of rigd, and of the client before it is back', async (t) => {
  const all = mess(escapes);
  const { child, session } = await begin(t, all);
  const { pid } = user.platformFile<{ pid: number }>('platform.json');
  process.kill(pid, 'SIGKILL');
  child.kill('SIGKILL');
  await leavesNothing(session, all, 'lost');
});

test('the network is cut and stays away: the client says so with 255', async (t) => {
  const all = mess(escapes);
  const { url, token } = accessOf(user);
  const proxy = await CuttingProxy.start(() => Number(new URL(url).port));
  const env = { RIG_URL: `http://127.0.0.1:${proxy.port}`, RIG_TOKEN: token };
  const { child, session } = await begin(t, all, env);
  const ended = new Promise((resolve) => child.once('close', resolve));
  await proxy.close();
  assert.equal(await ended, 255);
  await leavesNothing(session, all, 'lost');
});

test('its program ends, and what it has started with it', async (t) => {
  const all = mess(escapes);
  const { child, session } = await begin(t, { ...all, script: all.script.replace('sleep 600', 'sleep 1') });
  const ended = new Promise((resolve) => child.once('close', resolve));
  assert.equal(await ended, 0);
  await leavesNothing(session, all, 'exited');
});

test('sessions kill', async (t) => {
  const all = mess(escapes);
  const { session } = await begin(t, all);
  await user.json(['sessions', 'kill', session.id, '--yes']);
  await leavesNothing(session, all, 'killed');
});

test('what has cut every tie is held where the platform says that it holds', async (t) => {
  const all = mess(unheld);
  const { child, session } = await begin(t, all);
  child.kill('SIGKILL');
  if (session.containment === 'processes') {
    t.diagnostic('held by processes alone, which promises nothing about it');
    await until('the session to end', async () =>
      (await sessions()).find(({ id, state }) => id === session.id && state === 'ended'),
    );
    for (const pid of readdirSync('/proc')) endSleeper(pid);
  } else await leavesNothing(session, all, 'lost');
});

function endSleeper(pid: string): void {
  try {
    const [program, time] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    if (program === 'sleep' && time === String(500_000 + serial * 100)) process.kill(Number(pid), 'SIGKILL');
  } catch {
    // It has just ended.
  }
}
