import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { countOfRates } from '../support/count-of-rates.ts';
import type { PtyOptions } from '../support/pty.ts';
import { repository, User, until } from '../support/rig.ts';
import { Screen } from '../support/screen.ts';

const ESC = '\u001B';
const ENTER = '\r';

let user: User;
before(async () => {
  user = new User();
  user.source('talker', {
    'server.js': `
      let count = 0;
      require('http').createServer((request, response) => {
        console.log('asked for ' + request.url);
        response.end(String(++count));
      }).listen(process.env.PORT);
      setInterval(() => console.log('tick ' + ++count + ' \\u001B[2J\\u001B]0;evil\\u0007'), 200);
    `,
    Procfile: 'web: node server.js\n',
  });
  await user.json(['deploy', 'talker', '--app', 'talker', '--create', '-m', 'the first']);
  await user.json(['deploy', user.example('hello-node'), '--yes']);
});
after(() => user.close());

function open(t: TestContext, args: string[] = [], options?: PtyOptions): Screen {
  const screen = new Screen(user, ['status', 'dashboard', ...args], options);
  t.after(() => screen.pty.kill());
  return screen;
}

async function assertGivenBack(screen: Screen, exitCode: number, what = ''): Promise<void> {
  assert.equal(await screen.pty.ended(), exitCode, what);
  const { before: modes, after: behind } = screen.pty.modes();
  assert.equal(behind, modes, what);
  await screen.lines();
  assert.equal(screen.isAlternate, false, what);
  const { shown } = screen.pty;
  for (const [on, off] of [
    ['?1049h', '?1049l'],
    ['?25l', '?25h'],
    ['?1000h', '?1000l'],
    ['?1006h', '?1006l'],
  ] as const) {
    assert.ok(shown.lastIndexOf(`${ESC}[${off}`) > shown.lastIndexOf(`${ESC}[${on}`), `${what} ${off}`);
  }
}

interface Requests {
  apps: { app: string; requests: (number | null)[] }[];
}

test('apps are shown with figures that the API tells, and found again by a filter', async (t) => {
  const { url } = await user.json<{ url: string }>(['apps', 'info', 'talker']);
  const screen = open(t);
  await screen.shows(/talker +● running +v1 .* 1\/1 /);
  assert.match(screen.pty.shown, /hello-node/);
  let asked = 0;
  await until('requests to be shown', async () => {
    await fetch(url);
    asked += 1;
    const row = (await screen.lines()).find((line) => line.startsWith(' talker')) ?? '';
    return asked > 5 && /% .* [\d.]+ +[▁-█]*[▂-█]/.test(row);
  });
  // Counted a second later, and over seconds that are not exactly that long.
  await until('the platform to have counted what was asked', async () => {
    const path = '/v1/metrics?step=1s&points=120&app=talker';
    const { apps } = await user.json<Requests>(['api', 'GET', path]);
    const counted = countOfRates(apps[0]?.requests ?? []);
    if (Math.abs(counted - asked) > 2) throw new Error(`${counted} counted of ${asked}`);
    return true;
  });
  screen.type('/', 'hello');
  await screen.shows(/hello-node(?!.*talker)/s);
  assert.ok((await screen.lines()).every((line) => !line.startsWith(' talker')));
  screen.type(ESC);
  await screen.shows(/^ talker/m);
  screen.resize(60, 14);
  await screen.shows(/^ talker +● running +\d\/\d/m);
  assert.ok((await screen.lines()).every((line) => line.length <= 60));
  screen.resize(30, 6);
  await screen.shows(/too small/);
  screen.resize(110, 30);
  await screen.shows(/^ hello-node +● running +v1/m);
  screen.type('q');
  await assertGivenBack(screen, 0);
});

test('down to releases and live logs, and into a shell and back', async (t) => {
  const screen = open(t, ['--filter', 'talker']);
  await screen.shows(/^ talker/m);
  screen.type(ENTER);
  await screen.shows(/INSTANCE.*\n web\.1 +running/);
  screen.type('\t');
  await screen.shows(/v1 +live .* the first/);
  screen.type('l');
  const early = Number((/tick (\d+)/.exec(await screen.shows(/tick \d+/)) ?? [])[1]);
  await until('later lines to come', async () => {
    const text = (await screen.lines()).join('\n');
    return [...text.matchAll(/tick (\d+) /g)].some(([, count]) => Number(count) > early + 3);
  });
  // What an app prints is shown, and does nothing.
  assert.match((await screen.lines()).join('\n'), /tick \d+ ␛\[2J␛\]0;evil␇/);
  assert.ok(!screen.pty.shown.includes(`${ESC}[2J`));
  const { url } = await user.json<{ url: string }>(['apps', 'info', 'talker']);
  screen.type('/', 'asked', ENTER);
  await screen.shows(/with "asked"/);
  await fetch(new URL('/needle', url));
  const found = await screen.shows(/asked for \/needle/);
  assert.doesNotMatch(found, /tick/);
  screen.type('x');
  await screen.shows(/[#$] $/m);
  screen.type("stty size; echo in-the-sh''ell\r");
  await screen.shows(/30 100\n(.*\n)*in-the-shell/);
  screen.type('exit\r');
  await screen.shows(/The shell in talker has ended/);
  assert.equal(screen.isAlternate, true);
  // Keys are its own again.
  screen.type(ESC);
  await screen.shows(/every level(?!.*with)/);
  screen.type(ESC, ESC);
  await screen.shows(/^ APP/m);
  screen.type('q');
  await assertGivenBack(screen, 0);
});

test('a platform that is killed is said to be gone, and is back by itself', async (t) => {
  const screen = open(t, ['--interval', '1']);
  await screen.shows(/all is well/);
  await user.run(['platform', 'stop']);
  await screen.shows(/as of \d+s ago, trying again/);
  assert.match((await screen.lines()).join('\n'), /^ talker/m);
  await user.run(['platform', 'start']);
  await screen.shows(/all is well +\d\d:\d\d:\d\d/);
  screen.type('3');
  await screen.shows(/platform\.started/);
  screen.type('q');
  await assertGivenBack(screen, 0);
});

test('the terminal is given back however it ends', async (t) => {
  const crash = `--require=${join(repository, 'test/fixtures/crash-on-signal.cjs')}`;
  const ways: [string, (screen: Screen) => void, number][] = [
    ['Ctrl-C', (screen) => screen.type('\u0003'), 130],
    ['SIGTERM', (screen) => process.kill(screen.pty.rigPid(), 'SIGTERM'), 143],
    ['SIGHUP', (screen) => process.kill(screen.pty.rigPid(), 'SIGHUP'), 129],
    ['a mistake', (screen) => process.kill(screen.pty.rigPid(), 'SIGUSR2'), 1],
  ];
  for (const [name, end, exitCode] of ways) {
    const screen = open(t, [], { env: { NODE_OPTIONS: crash } });
    await screen.shows(/^ talker/m);
    end(screen);
    await assertGivenBack(screen, exitCode, name);
    if (exitCode === 1) assert.match((await screen.lines()).join('\n'), /a mistake of a test/);
  }
});

test('without a terminal it is a page; --watch tells what changes, in lines and as documents', async (t) => {
  const page = await user.run(['status', 'dashboard']);
  assert.equal(page.code, 0);
  assert.match(page.stdout, /^talker +running +v1/m);
  assert.match(page.stdout, /^TRAFFIC OF THE LAST 10 SECONDS$/m);
  assert.ok(!page.stdout.includes(ESC));
  const [lines, documents] = await Promise.all(
    [[], ['-o', 'json']].map(async (args) => {
      const child = user.spawn(['status', 'dashboard', '--watch', '--interval', '1', ...args]);
      t.after(() => child.kill('SIGKILL'));
      let text = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      await until('the first record', () => text.includes('talker'));
      return () => text;
    }),
  );
  assert.ok(lines && documents);
  await user.json(['apps', 'scale', 'hello-node', 'web=2']);
  await until('the change', () => /hello-node is running: v1, 2\/2 running/.test(lines()));
  const records = await until('the change as a record', () => {
    const all = documents()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { type: string; name?: string; app?: { instances: unknown[] } });
    const scaled = all.some(
      ({ type, name, app }) => type === 'app' && name === 'hello-node' && app?.instances.length === 2,
    );
    return scaled && all.some(({ type }) => type === 'event') ? all : null;
  });
  assert.equal(records[0]?.type, 'snapshot');
});
