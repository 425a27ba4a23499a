import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import type { AuditEvent, NewToken } from '@rig-ops/contract/resources';
import { attackingApp } from '../support/attacking-app.ts';
import { type PlatformAccess, requestLogin, TestBrowser, type Visit } from '../support/browser.ts';
import { until, User } from '../support/rig.ts';

const MARKUP = '<img src=x onerror="globalThis.owned=true"><script>globalThis.owned=true</script>';
const PAGES = [
  '#/apps',
  '#/apps/evil',
  '#/apps/evil/releases',
  '#/apps/evil/builds',
  '#/apps/evil/config',
  '#/apps/evil/settings',
  '#/networks',
  '#/events',
  '#/audit',
  '#/drains',
  '#/access',
  '#/logs/app/evil',
  '#/sessions',
  `#/${encodeURIComponent(MARKUP)}`,
  `#/apps/${encodeURIComponent(MARKUP)}`,
];

let user: User;
let browser: TestBrowser;
let platform: PlatformAccess;
let evil = '';

before(async () => {
  user = new User();
  const { url: app } = await user.json<{ url: string }>([
    'deploy',
    user.source('evil', attackingApp),
    '--app',
    'evil',
    '--message',
    MARKUP,
    '--yes',
  ]);
  await user.json(['config', 'set', `MARKUP=${MARKUP}`, '--app', 'evil']);
  evil = app.replace('localhost', '127.0.0.1').replace(/\/$/, '');
  const { url } = user.platformFile<{ url: string }>('platform.json');
  platform = { url, token: readFileSync(join(user.home, 'platform', 'token'), 'utf8').trim() };
  browser = await TestBrowser.start();
});
afterEach(() => browser.endVisits());
after(async () => {
  await browser.close();
  await user.close();
});

const portOf = (url: string): string => new URL(url).port;

async function expectLoggedIn({ page }: Visit, name?: string): Promise<void> {
  await page.getByRole('button', { name: `Account of ${name ?? ''}` }).waitFor();
}

const isLoggedOut = ({ page }: Visit): Promise<void> =>
  page.getByRole('heading', { name: 'You are not logged in' }).waitFor();

/** As the page itself asks. */
async function ask({ page }: Visit, method: string, path: string, body?: object): Promise<[number, string]> {
  return page.evaluate(
    async ([asked, how, sent]) => {
      const answer = await fetch(asked, {
        method: how,
        headers: {
          'x-rig-page-key': localStorage.getItem('rig.page-key') ?? '',
          ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(sent === undefined ? {} : { body: sent }),
      });
      const document = (await answer.json()) as { user?: string; error?: { code: string } };
      return [answer.status, document.error?.code ?? document.user ?? ''] as [number, string];
    },
    [path, method, body === undefined ? undefined : JSON.stringify(body)] as const,
  );
}

async function makeUser(name: string, role: string): Promise<NewToken> {
  await user.json(['users', 'create', name]);
  await user.json(['access', 'grant', name, role, 'platform']);
  return user.json<NewToken>(['tokens', 'create', 'test', '--user', name]);
}

test('a ticket logs the browser in once, and leaves the address and the history', async () => {
  const { path } = await requestLogin(platform);
  const visit = await browser.visit();
  await visit.page.goto(platform.url + path);
  await expectLoggedIn(visit);
  assert.equal(await visit.page.evaluate(() => location.hash), '#/');
  await visit.page.reload();
  await expectLoggedIn(visit);
  assert.equal(await visit.page.evaluate(() => document.cookie), '');
  await visit.page.goBack().catch(() => undefined);
  assert.ok(!visit.page.url().includes('login'));

  const second = await browser.visit();
  second.expectProblem(/status of 401/);
  await second.page.goto(platform.url + path);
  await second.page.getByText('was used already').waitFor();
  assert.deepEqual(await second.findBarriers(), []);
});

test('rig status dashboard --web opens a file for its owner alone, and no program is told the ticket', async () => {
  const bin = join(user.folder, 'bin');
  mkdirSync(bin);
  // The opener of a desktop; what it got is what every user of the machine could read.
  writeFileSync(
    join(bin, 'xdg-open'),
    `#!/bin/sh\nprintf '%s' "$*" >'${bin}/opened.new' && mv '${bin}/opened.new' '${bin}/opened'\n`,
  );
  chmodSync(join(bin, 'xdg-open'), 0o755);
  const running = user.run(['status', 'dashboard', '--web', '--open', '-o', 'json'], {
    env: { PATH: `${bin}:${process.env.PATH ?? ''}`, DISPLAY: ':99' },
  });
  const opened = await until('the opener', () =>
    existsSync(join(bin, 'opened')) ? readFileSync(join(bin, 'opened'), 'utf8') : '',
  );
  assert.match(opened, /^file:\/\/\/.*\/login-[0-9a-f]{16}\.html$/);
  const [, ticket = ''] = /login\/([\w-]+)/.exec(readFileSync(new URL(opened), 'utf8')) ?? [];
  assert.ok(ticket.length > 40);
  const seen = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(ticket);
      } catch {
        return false;
      }
    });
  assert.ok(!seen);

  const visit = await browser.visit();
  await visit.page.goto(opened);
  await expectLoggedIn(visit);
  const { code, stdout } = await running;
  assert.equal(code, 0, stdout);
  const result = JSON.parse(stdout) as { opened: boolean; url: string; session: string };
  assert.deepEqual([result.opened, result.url], [true, `${platform.url}/ui/`]);
  assert.ok(!existsSync(new URL(opened)));

  const { events } = await user.json<{ events: AuditEvent[] }>(['audit', 'list', '--limit', '500']);
  const [login] = events.filter(({ action }) => action === 'browser.login');
  assert.equal(login?.details.browser, result.session);
  assert.match(login?.client ?? '', /^browser 127\.0\.0\.1$/);
  const logs = readdirSync(join(user.home, 'platform', 'own-logs'), { recursive: true, encoding: 'utf8' })
    .map((name) => join(user.home, 'platform', 'own-logs', name))
    .filter((path) => /\.\w+$/.test(path))
    .map((path) => readFileSync(path, 'latin1'));
  assert.ok(!JSON.stringify([events, logs]).includes(ticket));
});

test('an app on another port of the host gets the cookie, and can do nothing with it', async () => {
  const visit = await browser.logIn(platform);
  await expectLoggedIn(visit);
  const tab = visit.watch(await visit.context.newPage());
  await tab.goto(`${evil}/v1/steal?rigd=${portOf(platform.url)}`);
  const { cookie, tried } = JSON.parse(await tab.locator('body').innerText()) as {
    cookie: string;
    tried: string[];
  };
  // The test would prove nothing if the browser had not sent it.
  assert.match(cookie, new RegExp(`rig_session_${portOf(platform.url)}=[\\w-]{43}`));
  assert.equal(tried.length, 7);
  for (const answer of tried) assert.match(answer, /^40[01] .*"(?:not_authenticated|too_many_failures)"/);
  assert.deepEqual(await ask(visit, 'GET', '/v1/whoami'), [
    200,
    (await user.json<{ user: string }>(['whoami'])).user,
  ]);
});

test('a page of another origin reads nothing, changes nothing, opens no connection and shows no frame', async () => {
  const visit = await browser.logIn(platform);
  await expectLoggedIn(visit);
  visit.expectProblem(/CORS|ERR_|WebSocket|status of 40[034]|X-Frame-Options|frame-ancestors|Refused to/);
  const { ticket } = (await (
    await fetch(`${platform.url}/v1/tickets`, {
      method: 'POST',
      headers: { authorization: `Bearer ${platform.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'logs', app: 'evil' }),
    })
  ).json()) as { ticket: string };
  const tab = visit.watch(await visit.context.newPage());
  await tab.goto(evil);
  const results = await tab.evaluate(
    async ([rigd, given]) => {
      const attempt = async (init: RequestInit, path: string) =>
        fetch(rigd + path, { credentials: 'include', ...init }).then(
          async (answer) => `${answer.type} ${answer.status} ${await answer.text()}`,
          () => 'blocked',
        );
      const key = { 'x-rig-page-key': 'x'.repeat(43) };
      const socket = (protocols: string[]) =>
        new Promise<string>((resolve) => {
          const ws = new WebSocket(`${rigd.replace('http', 'ws')}/v1/connect`, protocols);
          ws.addEventListener('open', () => resolve('open'));
          ws.addEventListener('error', () => resolve('blocked'));
        });
      const frame = document.createElement('iframe');
      frame.src = `${rigd}/ui/`;
      document.body.append(frame);
      const script = new Promise<string>((resolve) => {
        const element = document.createElement('script');
        element.src = `${rigd}/ui/index.html`;
        element.addEventListener('load', () => resolve('loaded'));
        element.addEventListener('error', () => resolve('blocked'));
        document.body.append(element);
      });
      return [
        await attempt({}, '/v1/whoami'),
        await attempt({ headers: key }, '/v1/whoami'),
        await attempt({ method: 'POST' }, '/v1/logout'),
        await attempt(
          { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } },
          '/v1/tickets',
        ),
        await attempt({ method: 'DELETE' }, '/v1/users/me/browser-sessions'),
        await attempt({ method: 'POST', mode: 'no-cors' }, '/v1/logout'),
        await attempt({}, '/ui/'),
        await socket(['rig.wire.v1']),
        await socket(['rig.wire.v1', `rig.ticket.${given}`]),
        await script,
      ];
    },
    [platform.url, ticket] as const,
  );
  assert.deepEqual(results, Array<string>(10).fill('blocked'));
  // A form needs nobody's leave to be sent.
  await tab.evaluate((rigd) => {
    const form = document.createElement('form');
    form.method = 'post';
    form.action = `${rigd}/v1/logout`;
    document.body.append(form);
    form.submit();
  }, platform.url);
  await tab.waitForURL(/logout/);
  assert.match(await tab.locator('body').innerText(), /not_permitted/);
  assert.equal((await ask(visit, 'GET', '/v1/whoami'))[0], 200);
});

test('who overwrites the cookie logs somebody out, and in as nobody', async () => {
  const bob = await makeUser('bob', 'admin');
  const visit = await browser.logIn(platform);
  visit.expectProblem(/status of 40[01]/);
  await expectLoggedIn(visit);
  const attacker = await browser.logIn({ ...platform, token: bob.token });
  await expectLoggedIn(attacker, 'bob');
  const [cookie] = await attacker.context.cookies(`${platform.url}/v1/whoami`);
  assert.ok(cookie !== undefined && cookie.httpOnly && cookie.sameSite === 'Strict');
  const tab = visit.watch(await visit.context.newPage());
  await tab.goto(`${evil}/fix?rigd=${portOf(platform.url)}&value=${cookie.value}`);
  const [status, who] = await ask(visit, 'GET', '/v1/whoami');
  assert.deepEqual([status, who], [401, 'not_authenticated']);
  await visit.page.reload();
  await isLoggedOut(visit);
});

test('that an app has flooded the browser with cookies is told', async () => {
  const visit = await browser.visit();
  visit.expectProblem(/status of 4\d\d/);
  await visit.page.goto(evil);
  await visit.page.evaluate(() => {
    for (let at = 0; at < 60; at += 1) document.cookie = `x${at}=${'y'.repeat(3_000)}; path=/`;
  });
  // Chromium keeps them a little later than the page has said so.
  await until('the cookies', async () => (await visit.context.cookies(platform.url)).length > 40);
  const answer = await visit.page.goto(`${platform.url}/ui/`);
  assert.equal(answer?.status(), 431);
  assert.match((await answer?.text()) ?? '', /headers_too_large.*[Cc]ookies/);
});

test('a session outlives rigd', async () => {
  const visit = await browser.logIn(platform);
  visit.expectProblem(/ERR_|status of 50|WebSocket/);
  await expectLoggedIn(visit);
  const before = user.platformFile<{ pid: number }>('platform.json').pid;
  process.kill(before, 'SIGKILL');
  await until('a new rigd', () => {
    const { pid } = user.platformFile<{ pid: number }>('platform.json');
    return pid !== before;
  });
  await until('its answer', async () => (await fetch(`${platform.url}/v1/version`)).ok);
  await visit.page.reload();
  await expectLoggedIn(visit);
});

test('a revoked token, a disabled user and a way out for all end the page', async () => {
  const eve = await makeUser('eve', 'admin');
  const access = { ...platform, token: eve.token };
  const [first, second] = [await browser.logIn(access), await browser.logIn(access)];
  for (const visit of [first, second]) {
    visit.expectProblem(/status of 40\d/);
    await expectLoggedIn(visit, 'eve');
  }
  await first.page.getByRole('button', { name: 'Account of eve' }).click();
  await first.page.getByRole('menuitem', { name: 'Log out everywhere' }).click();
  await isLoggedOut(first);
  await second.page.reload();
  await isLoggedOut(second);

  await second.logIn(access);
  await expectLoggedIn(second, 'eve');
  await user.json(['tokens', 'revoke', eve.id]);
  await second.page.reload();
  await second.page.getByText('was revoked').waitFor();
});

test('a viewer is refused what viewers are refused', async () => {
  const viewer = await makeUser('vic', 'viewer');
  const visit = await browser.logIn({ ...platform, token: viewer.token });
  visit.expectProblem(/status of 403/);
  await expectLoggedIn(visit, 'vic');
  assert.deepEqual(await ask(visit, 'GET', '/v1/whoami'), [200, 'vic']);
  for (const [method, path, body] of [
    ['POST', '/v1/apps/evil/restarts', {}],
    ['DELETE', '/v1/apps/evil', undefined],
    ['POST', '/v1/tickets', { channel: 'shell', app: 'evil' }],
    ['GET', '/v1/audit', undefined],
  ] as const) {
    assert.deepEqual(await ask(visit, method, path, body), [403, 'not_permitted'], path);
  }
});

test('what is loaded first is small, and names and logs of apps become neither markup nor script', async () => {
  const visit = await browser.logIn(platform);
  await expectLoggedIn(visit);
  // A name that cannot be one is refused as that.
  visit.expectProblem(/status of 400/);
  const page = visit.watch(await visit.context.newPage());
  const session = await visit.context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.clearBrowserCache');
  let bytes = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.goto(`${platform.url}/ui/`);
  await page.getByRole('link', { name: 'evil', exact: true }).first().waitFor();
  assert.ok(bytes > 10_000 && bytes < 250_000, `${bytes} bytes`);
  for (const hash of PAGES) {
    await page.evaluate((to) => {
      location.hash = to;
    }, hash);
    await page.locator('h1').first().waitFor();
    await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null);
    assert.equal(await page.locator('img[src=x]').count(), 0, hash);
    assert.equal(await page.evaluate(() => (globalThis as { owned?: boolean }).owned), undefined, hash);
  }
  // Every page has told its violations of the policy and its errors to the browser by now; it closes with them.
  assert.deepEqual(visit.problems, []);
});
