import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { Pty, type PtyOptions } from '../support/pty.ts';
import { repository, until, User } from '../support/rig.ts';

interface Listed {
  id: string;
  state: string;
  end: string | null;
  clients: { mode: string }[];
}

let user: User;
before(async () => {
  user = new User();
  await user.json(['deploy', user.example('hello-node'), '--yes']);
});
after(() => user.close());

function open(t: TestContext, args: string[], options?: PtyOptions): Pty {
  const pty = new Pty(user, args, options);
  t.after(() => pty.kill());
  return pty;
}

/** A shell whose prompt is known. */
async function openShell(t: TestContext, options?: PtyOptions): Promise<Pty> {
  const pty = open(t, ['shell', 'hello-node', '--env', 'ENV=', '--env', 'HISTFILE='], options);
  await pty.shows(/[#$] /);
  pty.type("PS1='re''ady> '\r");
  await pty.shows(/ready> /);
  return pty;
}

const sessions = async (...args: string[]): Promise<Listed[]> =>
  (await user.json<{ sessions: Listed[] }>(['sessions', 'list', ...args])).sessions;

function assertGivenBack(pty: Pty): void {
  const modes = pty.modes();
  assert.equal(modes.after, modes.before);
}

test('the first size is right, a new one arrives, bytes come as they are, and the exit code', async (t) => {
  const pty = open(t, ['command', 'hello-node', '-t', '--', 'sh', '-c', 'stty size; echo $TERM; exec sh'], {
    columns: 91,
    rows: 33,
    env: { TERM: 'screen-256color' },
  });
  await pty.shows(/^33 91\r\nscreen-256color\r\n/);
  pty.resize(120, 40);
  pty.type('sleep 0.2; stty size\r');
  await pty.shows(/40 120\r\n/);
  // What moves the cursor down must not come with a carriage return of the local terminal.
  pty.type("stty -opost; printf 'a\\nb\\377\\303\\274'; stty opost; echo\r");
  await pty.shows(/a\nb\uFFFDü/);
  pty.type('exit 7\r');
  assert.equal(await pty.ended(), 7);
  assertGivenBack(pty);
});

test('a kill -9 of rigd is a line on the screen: nothing is lost, repeated or typed twice', async (t) => {
  const pty = await openShell(t);
  pty.type('for i in $(seq 200); do echo "<$i>"; sleep 0.01; done; read -r answer; echo "got $answer"\r');
  await pty.shows(/<20>/);
  const { pid } = user.platformFile<{ pid: number }>('platform.json');
  process.kill(pid, 'SIGKILL');
  pty.type('typed meanwhile\r');
  await pty.shows(/got typed meanwhile\r/);
  const numbers = [...pty.shown.matchAll(/<(\d+)>\r/g)].map(([, number]) => Number(number));
  assert.deepEqual(
    numbers,
    Array.from({ length: 200 }, (_, index) => index + 1),
  );
  assert.equal(pty.shown.match(/got typed/g)?.length, 1);
  pty.type('exit\r');
  assert.equal(await pty.ended(), 0);
  assertGivenBack(pty);
});

test('the terminal is given back however rig ends, and what a program left on is switched off', async (t) => {
  const ways: [string, (pty: Pty) => void, number][] = [
    ['~.', (pty) => pty.type('\r~.'), 130],
    ['SIGTERM', (pty) => process.kill(pty.rigPid(), 'SIGTERM'), 143],
    ['SIGHUP', (pty) => process.kill(pty.rigPid(), 'SIGHUP'), 129],
    ['a mistake', (pty) => process.kill(pty.rigPid(), 'SIGUSR2'), 1],
  ];
  const crash = `--require=${join(repository, 'test/fixtures/crash-on-signal.cjs')}`;
  await Promise.all(
    ways.map(async ([name, end, exitCode]) => {
      const pty = await openShell(t, { env: { NODE_OPTIONS: crash } });
      pty.type("printf '\\033[?1049h\\033[?1002h\\033[?25l'; echo dra''wn; cat\r");
      await pty.shows(/drawn/);
      end(pty);
      assert.equal(await pty.ended(), exitCode, name);
      assertGivenBack(pty);
      assert.ok(
        pty.shown.includes('\u001B[?1002l\u001B[?1049l\u001B[?25h'),
        `${name}: ${JSON.stringify(pty.shown)}`,
      );
    }),
  );
  const running = await until('the sessions to end', async () =>
    // Only the mistake left its session to be come back to.
    (await sessions()).length <= 1 ? await sessions() : null,
  );
  for (const { id } of running) await user.json(['sessions', 'kill', id, '--yes']);
});

test('a session is left, watched, taken over and ended', async (t) => {
  const first = await openShell(t);
  const [session] = await sessions();
  assert.ok(session);
  const { id } = session;
  const watcher = open(t, ['sessions', 'attach', id]);
  await watcher.shows(/you are watching/);
  await user.fails(['sessions', 'attach', 'ses_none'], 'session_not_found', 6);
  watcher.type('not for the program');
  first.type("echo see''n\r");
  await watcher.shows(/seen/);
  assert.doesNotMatch(first.shown, /not for the program/);
  watcher.type('\u0003');
  assert.equal(await watcher.ended(), 0);
  assertGivenBack(watcher);
  first.type('~d');
  assert.equal(await first.ended(), 0);
  await first.shows(new RegExp(`rig sessions attach ${id}`));
  assertGivenBack(first);
  const second = open(t, ['sessions', 'attach', id]);
  await second.shows(/seen/);
  second.type("echo ba''ck\r");
  await second.shows(/back\r/);
  const thief = open(t, ['sessions', 'attach', id, '--steal']);
  await second.shows(/writes now; you are watching/);
  thief.type("echo sto''len\r");
  await second.shows(/stolen\r/);
  await user.json(['sessions', 'kill', id, '--yes']);
  assert.deepEqual(await Promise.all([thief.ended(), second.ended()]), [129, 129]);
  assertGivenBack(thief);
  const ended = (await sessions('--all')).find((each) => each.id === id);
  assert.deepEqual([ended?.state, ended?.end], ['ended', 'killed']);
  await user.fails(['sessions', 'attach', id], 'session_ended', 7);
});

test('~^Z suspends rig, and fg goes on', async (t) => {
  const pty = await openShell(t);
  const pid = pty.rigPid();
  pty.type('\r~\u001A');
  const { readFileSync } = process.getBuiltinModule('node:fs');
  await until('rig to stop', () => / T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
  process.kill(pid, 'SIGCONT');
  pty.type("echo on''wards\r");
  await pty.shows(/onwards\r/);
  pty.type('exit\r');
  await pty.ended();
});

test('what has no terminal is told so', async () => {
  await user.fails(['shell', 'hello-node'], 'usage', 2);
  const piped = await user.run(['shell', 'hello-node']);
  assert.match(piped.stderr, /rig command APP -- sh/);
  await user.fails(['shell', 'hello-node', '-e', 'xx'], 'usage', 2);
});

test('a shell is begun and left', async () => {
  const { session } = await user.json<{ session: string }>(['shell', 'hello-node', '--detach']);
  const listed = (await sessions()).find(({ id }) => id === session);
  assert.deepEqual(listed?.clients, []);
  await user.json(['sessions', 'kill', session, '--yes']);
});
