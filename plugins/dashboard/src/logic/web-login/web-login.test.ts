import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { RigError } from '@rig-ops/contract/errors';
import { whyNoBrowser } from './can-open.ts';
import { writeLoginFile } from './login-file.ts';
import { pagesUrl } from './pages-url.ts';
import { loginBrowser, type WebLoginOptions } from './web-login.ts';

const LOGIN = {
  id: 'blg_1',
  ticket: 'T',
  path: '/ui/#/login/T',
  user: 'ann',
  expiresAt: '2026-01-01T00:00:00.000Z',
};

function makeFolder(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'rig-web-login-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function options(
  rigHome: string,
  answers: Record<string, () => unknown>,
  more: Partial<WebLoginOptions> = {},
) {
  const client = {
    target: { name: 'far', token: 'x', url: 'https://rig.example.com' },
    call: async (route: string) => answers[route]?.(),
  } as unknown as WebLoginOptions['client'];
  return {
    client,
    rigHome,
    signal: new AbortController().signal,
    open: undefined,
    onOpened: () => undefined,
    onSlow: () => undefined,
    ...more,
  };
}

const target = (url: string) => ({ name: 'far', token: 'x', url });

test('a browser opens where somebody sits in front of it', () => {
  assert.equal(whyNoBrowser({ DISPLAY: ':0' }, 'linux'), undefined);
  assert.equal(whyNoBrowser({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux'), undefined);
  assert.equal(whyNoBrowser({}, 'darwin'), undefined);
  assert.match(whyNoBrowser({}, 'linux') ?? '', /no display/);
  assert.match(whyNoBrowser({ CI: 'true', DISPLAY: ':0' }, 'linux') ?? '', /CI/);
  assert.match(whyNoBrowser({ SSH_CONNECTION: '1 2 3 4' }, 'darwin') ?? '', /SSH/);
  assert.equal(whyNoBrowser({ SSH_CONNECTION: '1 2 3 4', DISPLAY: 'localhost:10.0' }, 'linux'), undefined);
  assert.match(whyNoBrowser({}, 'win32') ?? '', /win32/);
});

test('the file that leads to the pages is for its owner alone, and says nothing in its name', async (t) => {
  const folder = join(makeFolder(t), 'browser');
  const file = await writeLoginFile(folder, 'http://127.0.0.1:1/ui/#/login/a"b<c&d');
  const path = fileURLToPath(file.url);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.ok(!file.url.includes('login/'));
  const text = readFileSync(path, 'utf8');
  assert.ok(text.includes('url=http://127.0.0.1:1/ui/#/login/a&quot;b&lt;c&amp;d"'));
  assert.ok(!text.includes('<script'));
  await file.remove();
  assert.deepEqual(readdirSync(folder), []);
});

test('the opener gets the file, which is gone when the browser has come', async (t) => {
  const home = makeFolder(t);
  let opened = '';
  let looks = 0;
  const answer = await loginBrowser(
    options(
      home,
      {
        createBrowserLogin: () => LOGIN,
        getBrowserLogin: () => ({ state: ++looks > 1 ? 'used' : 'waiting', session: 'brs_1' }),
      },
      {
        open: async (url) => {
          opened = readFileSync(fileURLToPath(url), 'utf8');
          return true;
        },
      },
    ),
  );
  assert.ok(opened.includes('https://rig.example.com/ui/#/login/T'));
  assert.deepEqual(answer, {
    url: 'https://rig.example.com/ui/',
    opened: true,
    user: 'ann',
    expiresAt: LOGIN.expiresAt,
    session: 'brs_1',
  });
  assert.deepEqual(readdirSync(join(home, 'browser')), []);
});

test('where none can be opened the address is answered', async (t) => {
  const home = makeFolder(t);
  for (const open of [undefined, async () => false]) {
    const answer = await loginBrowser(options(home, { createBrowserLogin: () => LOGIN }, { open }));
    assert.deepEqual(
      [answer.url, answer.opened, answer.session],
      ['https://rig.example.com/ui/#/login/T', false, null],
    );
  }
  assert.deepEqual(readdirSync(join(home, 'browser')), []);
});

test('a browser that never comes, and a platform that has no pages, are told', async (t) => {
  const home = makeFolder(t);
  const never = {
    createBrowserLogin: () => LOGIN,
    getBrowserLogin: () => ({ state: 'expired', session: null }),
  };
  await assert.rejects(loginBrowser(options(home, never, { open: async () => true })), {
    code: 'browser_login_refused',
  });
  assert.deepEqual(readdirSync(join(home, 'browser')), []);
  const old = {
    createBrowserLogin: () => {
      throw new RigError('route_not_found', 'There is no route POST /v1/browser-logins.');
    },
  };
  await assert.rejects(loginBrowser(options(home, old)), { code: 'pages_not_served' });
});

test('the pages are at the URL of the platform, and where a browser may not use them that is told', async (t) => {
  const home = makeFolder(t);
  assert.equal(await pagesUrl(target('https://rig.example.com:8443/'), home), 'https://rig.example.com:8443');
  assert.equal(await pagesUrl(target('http://127.0.0.1:4000'), home), 'http://127.0.0.1:4000');
  assert.equal(await pagesUrl(target('http://[::1]:4000'), home), 'http://[::1]:4000');
  for (const url of ['http://rig.example.com', 'https://example.com/rig']) {
    await assert.rejects(pagesUrl(target(url), home), { code: 'pages_not_served' });
  }
  await assert.rejects(pagesUrl({ name: 'embedded', token: 'x', socketPath: '/x' }, home), {
    code: 'unreachable',
  });
});
