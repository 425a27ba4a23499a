import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type TestContext, test } from 'node:test';
import type {
  AuditEvent,
  BrowserLogin,
  BrowserSession,
  NewBrowserSession,
} from '@rig-ops/contract/resources';
import type { Clock } from '../../clock.ts';
import { sendRequest } from '../../testing/send-request.ts';
import { startTestServer, type TestServerOptions } from '../../testing/start-test-server.ts';
import { TEST_TOKEN } from '../../testing/test-token.ts';
import { nameBrowser } from './browser-name.ts';

const HOUR_MS = 60 * 60 * 1000;

class SteppingClock implements Clock {
  #at = Date.now();

  now(): Date {
    return new Date(this.#at);
  }

  step(ms: number): void {
    this.#at += ms;
  }
}

interface Pair {
  key: string;
  cookie: string;
  id: string;
}

/** Headers of a page. */
const as = ({ key, cookie }: Pair, more: Record<string, string> = {}) => ({
  'x-rig-page-key': key,
  cookie,
  'sec-fetch-site': 'same-origin',
  ...more,
});

async function startPlatform(test: TestContext, options: TestServerOptions = {}) {
  const clock = new SteppingClock();
  const server = await startTestServer(test, { clock, ...options });
  const { port } = server;
  const origin = `http://127.0.0.1:${port}`;
  const ask = (method: string, path: string, more: Partial<Parameters<typeof sendRequest>[0]> = {}) =>
    sendRequest({ port, method, path, ...more });
  const offer = async (token = TEST_TOKEN): Promise<BrowserLogin> => {
    const { status, json } = await ask('POST', '/v1/browser-logins', { token });
    assert.equal(status, 201, JSON.stringify(json));
    return json as unknown as BrowserLogin;
  };
  const redeem = (ticket: string, headers: Record<string, string> = {}, body: object = {}) =>
    ask('POST', '/v1/browser-logins/redeem', { headers: { origin, ...headers }, body: { ticket, ...body } });
  const logIn = async (token = TEST_TOKEN): Promise<Pair> => {
    const { status, json, headers } = await redeem((await offer(token)).ticket);
    assert.equal(status, 201, JSON.stringify(json));
    const { pageKey, session } = json as unknown as NewBrowserSession;
    const [cookie = ''] = (headers['set-cookie']?.[0] ?? '').split(';');
    return { key: pageKey, cookie, id: session.id };
  };
  const whoami = async (pair: Pair) => {
    const { status, json } = await ask('GET', '/v1/whoami', { headers: as(pair) });
    return status === 200 ? String(json.user) : String(json.error?.code);
  };
  const makeUser = async (name: string) => {
    await server.send('POST', '/v1/users', { body: { name, kind: 'user' } });
    const { json } = await server.send('POST', `/v1/users/${name}/tokens`, {
      body: { name: 'theirs', expiresInSeconds: 24 * 60 * 60 },
    });
    return { token: String(json.token), tokenId: String(json.id) };
  };
  const audited = async (action: string): Promise<AuditEvent[]> => {
    const { json } = await server.send('GET', `/v1/audit?action=${action}`);
    return json.events as AuditEvent[];
  };
  return { ...server, clock, origin, ask, offer, redeem, logIn, whoami, makeUser, audited };
}

test('a ticket makes a pair of a cookie that no script reads and a key that no other origin does', async (t) => {
  const { redeem, offer, port, whoami, logIn } = await startPlatform(t);
  const { ticket, path, user } = await offer();
  assert.equal(path, `/ui/#/login/${ticket}`);
  assert.equal(user, 'ann');
  const { status, headers, json } = await redeem(ticket, {
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  });
  assert.equal(status, 201);
  const cookie = headers['set-cookie']?.[0] ?? '';
  assert.match(
    cookie,
    new RegExp(
      `^rig_session_${port}=[\\w-]{43}; Path=/v1; HttpOnly; SameSite=Strict; Max-Age=${7 * 24 * 60 * 60}$`,
    ),
  );
  assert.equal(headers['cache-control'], 'no-store');
  const { session, pageKey } = json as unknown as NewBrowserSession;
  assert.equal(session.browser, 'Firefox on Linux');
  assert.ok(!cookie.includes(pageKey));
  assert.equal(await whoami(await logIn()), 'ann');
});

test('a ticket is good once, for a minute, and from a page of the platform alone', async (t) => {
  const { ask, clock, offer, redeem, origin, port } = await startPlatform(t);
  const { ticket } = await offer();
  const refusals = [
    {},
    { origin: 'http://127.0.0.1:1' },
    { origin: `https://127.0.0.1:${port}` },
    { origin: `http://localhost:${port}` },
    { origin: 'null' },
    { origin: `${origin}.example.com` },
  ];
  for (const headers of refusals) {
    const { status, json } = await ask('POST', '/v1/browser-logins/redeem', { headers, body: { ticket } });
    assert.deepEqual([status, json.error?.code], [403, 'not_permitted'], JSON.stringify(headers));
  }
  assert.equal((await redeem(ticket)).status, 201);
  const again = await redeem(ticket);
  assert.deepEqual([again.status, again.json.error?.code], [401, 'browser_login_refused']);
  assert.match(String(again.json.error?.message), /used already/);

  const late = await offer();
  clock.step(60_000);
  assert.match(String((await redeem(late.ticket)).json.error?.message), /expired/);
  // A wrong secret uses the right one up.
  const guessed = await offer();
  const wrong = guessed.ticket.slice(0, -3) + (guessed.ticket.endsWith('AAA') ? 'BBB' : 'AAA');
  assert.equal((await redeem(wrong)).status, 401);
  assert.equal((await redeem(guessed.ticket)).status, 401);
});

test('either half alone is nothing, and neither goes with a token', async (t) => {
  const { ask, logIn, port } = await startPlatform(t);
  const pair = await logIn();
  const other = await logIn();
  const code = async (headers: Record<string, string>, token?: string) => {
    const { json } = await ask('GET', '/v1/whoami', { headers, ...(token === undefined ? {} : { token }) });
    return json.error?.code ?? json.user;
  };
  assert.equal(await code({ cookie: pair.cookie }), 'not_authenticated');
  assert.equal(await code({ 'x-rig-page-key': pair.key }), 'not_authenticated');
  assert.equal(await code(as({ ...pair, cookie: other.cookie })), 'not_authenticated');
  assert.equal(await code(as({ ...pair, key: 'constructor' })), 'not_authenticated');
  assert.equal(await code(as(pair), TEST_TOKEN), 'invalid_input');
  // A cookie that some page has set is not held against a program.
  assert.equal(await code({ cookie: pair.cookie }, TEST_TOKEN), 'ann');
  // Nor one that an app on another port has put before ours.
  assert.equal(await code(as({ ...pair, cookie: `rig_session_${port}=x; ${pair.cookie}` })), 'ann');
  assert.equal(
    await code(as({ ...pair, cookie: pair.cookie.replace(String(port), '1') })),
    'not_authenticated',
  );
});

test('the key is taken from pages of the platform alone', async (t) => {
  const { ask, logIn, origin } = await startPlatform(t);
  const pair = await logIn();
  const change = (headers: Record<string, string>) =>
    ask('POST', '/v1/tickets', { headers, body: { channel: 'logs', network: 'default' } });
  assert.equal((await change(as(pair, { origin }))).status, 201);
  assert.equal((await change(as(pair))).status, 403);
  for (const site of ['same-site', 'cross-site', 'none']) {
    const headers = as(pair, { 'sec-fetch-site': site });
    assert.equal((await ask('GET', '/v1/whoami', { headers })).status, 403, site);
  }
  assert.equal((await change(as(pair, { origin: 'http://127.0.0.1:1' }))).status, 403);
});

test('headers that come twice, or say it in other words, are nobody', async (t) => {
  const { ask, logIn, origin, port } = await startPlatform(t);
  const pair = await logIn();
  const status = async (headers: Record<string, string | string[]>, method = 'GET') => {
    const answer = await ask(method, method === 'GET' ? '/v1/whoami' : '/v1/logout', { headers });
    return answer.status;
  };
  const { key, cookie } = pair;
  assert.equal(await status({ cookie, 'x-rig-page-key': [key, key] }), 401);
  assert.equal(await status({ cookie, 'x-rig-page-key': `${key} ` }), 200);
  assert.equal(await status({ cookie, 'x-rig-page-key': `"${key}"` }), 401);
  assert.equal(await status({ cookie: `X${cookie}`, 'x-rig-page-key': key }), 401);
  assert.equal(await status({ cookie: cookie.replace('=', ' = '), 'x-rig-page-key': key }), 200);
  assert.equal(
    await status({ cookie: `a; ;=; ${'b=c; '.repeat(100)}${cookie}`, 'x-rig-page-key': key }),
    200,
  );
  for (const origins of [
    [origin, 'http://evil.example'],
    ['http://evil.example', origin],
    [origin, origin],
  ]) {
    assert.equal(await status({ ...as(pair), origin: origins }, 'POST'), 403);
  }
  for (const host of [
    `127.0.0.1.evil.example:${port}`,
    `localhost.:${port}`,
    `evil@127.0.0.1:${port}`,
    'evil',
  ]) {
    assert.equal(await status({ ...as(pair), host }), 403, host);
  }
  assert.equal(await status({ ...as(pair), 'sec-fetch-site': ['same-origin', 'cross-site'] }), 403);
  assert.equal(await status(as(pair)), 200);
});

test('a body with names of the language is a body that is wrong, and changes nothing', async (t) => {
  const { ask, origin } = await startPlatform(t);
  for (const body of [
    '{"__proto__":{"replace":true},"ticket":"x"}',
    '{"constructor":{},"ticket":"x"}',
    '[]',
    'null',
  ]) {
    const { status } = await ask('POST', '/v1/browser-logins/redeem', { headers: { origin }, body });
    assert.equal(status, 400, body);
  }
  assert.equal(({} as { replace?: boolean }).replace, undefined);
});

test('what is answered to somebody is kept by nobody', async (t) => {
  const { ask, logIn } = await startPlatform(t);
  const pair = await logIn();
  for (const path of ['/v1/whoami', '/v1/status', '/v1/nothing', '/v1/users']) {
    const { headers } = await ask('GET', path, { headers: as(pair) });
    assert.equal(headers['cache-control'], 'no-store', path);
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
    assert.match(String(headers['content-security-policy']), /^default-src 'none'/);
    assert.equal(headers['access-control-allow-origin'], undefined);
  }
});

test('logging out ends one browser, or every one of the user', async (t) => {
  const { ask, logIn, whoami, origin, send } = await startPlatform(t);
  const [first, second, third] = [await logIn(), await logIn(), await logIn()];
  const out = await ask('POST', '/v1/logout', { headers: as(first, { origin }) });
  assert.equal(out.status, 200);
  assert.match(String(out.headers['set-cookie']), /^rig_session_\d+=; .*Max-Age=0/);
  assert.equal(await whoami(first), 'browser_session_ended');

  const { json } = await ask('GET', '/v1/users/me/browser-sessions', { headers: as(second) });
  const ids = (json.sessions as BrowserSession[]).map(({ id }) => id);
  assert.deepEqual(new Set(ids), new Set([second.id, third.id]));
  assert.equal(json.current, second.id);

  const gone = await send('DELETE', `/v1/users/me/browser-sessions/${third.id}`);
  assert.equal(gone.status, 200);
  assert.equal(await whoami(third), 'browser_session_ended');
  const all = await ask('DELETE', '/v1/users/me/browser-sessions', { headers: as(second, { origin }) });
  assert.deepEqual(all.json, { ended: 1 });
  assert.equal(await whoami(second), 'browser_session_ended');
  // The token they were begun with goes on.
  assert.equal((await send('GET', '/v1/whoami')).status, 200);
});

test('a session ends with its token, its user, and by itself', async (t) => {
  const { clock, logIn, makeUser, send, whoami } = await startPlatform(t);
  const bob = await makeUser('bob');
  const pair = await logIn(bob.token);
  assert.equal(await whoami(pair), 'bob');
  await send('POST', '/v1/users/bob/disable');
  assert.equal(await whoami(pair), 'user_disabled');
  await send('POST', '/v1/users/bob/enable');
  assert.equal(await whoami(pair), 'bob');
  await send('DELETE', `/v1/tokens/${bob.tokenId}`);
  assert.equal(await whoami(pair), 'token_revoked');

  const eve = await makeUser('eve');
  const idle = await logIn(eve.token);
  clock.step(12 * HOUR_MS - 1);
  assert.equal(await whoami(idle), 'eve');
  clock.step(6 * HOUR_MS);
  assert.equal(await whoami(idle), 'eve');
  clock.step(6 * HOUR_MS + 1);
  assert.equal(await whoami(idle), 'token_expired');

  const used = await logIn();
  for (let hours = 0; hours < 7 * 24 - 11; hours += 11) {
    clock.step(11 * HOUR_MS);
    assert.equal(await whoami(used), 'ann');
  }
  clock.step(11 * HOUR_MS);
  assert.equal(await whoami(used), 'browser_session_ended');
  const unused = await logIn();
  clock.step(12 * HOUR_MS);
  assert.equal(await whoami(unused), 'browser_session_ended');
});

test('news that somebody waited for are not told once they are out', async (t) => {
  const { ask, logIn, send } = await startPlatform(t);
  const pair = await logIn();
  const { json } = await send('GET', '/v1/events');
  const id = Math.max(...(json.events as { id: number }[]).map((event) => event.id));
  const news = ask('GET', `/v1/events/behind/${id}?wait=true`, { headers: as(pair) });
  await delay(700);
  await send('DELETE', '/v1/users/me/browser-sessions');
  await send('POST', '/v1/networks', { body: { name: 'blue' } });
  assert.deepEqual((await news).json.error?.code, 'browser_session_ended');
});

test('sessions survive a restart, and not another token in the folder of the platform', async (t) => {
  const first = await startPlatform(t);
  const pair = await first.logIn();
  await first.close();
  const { rigHome, port: apiPort } = first;
  const second = await startPlatform(t, { rigHome, apiPort, engine: first.engine });
  assert.equal(await second.whoami(pair), 'ann');
  // At another port there may have been somebody else at this one, and got both halves.
  await second.close();
  const taker = createServer().listen(apiPort, '127.0.0.1');
  await once(taker, 'listening');
  const moved = await startPlatform(t, { rigHome, engine: first.engine });
  assert.notEqual(moved.port, apiPort);
  const there = { ...pair, cookie: pair.cookie.replace(String(apiPort), String(moved.port)) };
  assert.equal(await moved.whoami(there), 'not_authenticated');
  await moved.close();
  taker.close();
  const third = await startPlatform(t, { rigHome, apiPort, engine: first.engine, token: `${TEST_TOKEN}2` });
  assert.equal(await third.whoami(pair), 'browser_session_ended');
});

test('a link of somebody else does not replace who is logged in, unless they say so', async (t) => {
  const { logIn, makeUser, offer, redeem, whoami } = await startPlatform(t);
  const bob = await makeUser('bob');
  const pair = await logIn();
  const { ticket } = await offer(bob.token);
  const asked = await redeem(ticket, as(pair));
  assert.deepEqual([asked.status, asked.json.error?.code], [409, 'browser_login_conflict']);
  assert.deepEqual(asked.json.error?.details, { user: 'ann', other: 'bob' });
  assert.equal(await whoami(pair), 'ann');
  const replaced = await redeem(ticket, as(pair), { replace: true });
  assert.equal(replaced.status, 201);
  assert.equal(await whoami(pair), 'browser_session_ended');
  // One's own takes the place of the one before, without a question.
  const mine = await logIn();
  assert.equal((await redeem((await offer()).ticket, as(mine))).status, 201);
  assert.equal(await whoami(mine), 'browser_session_ended');
});

test('whoever asked for a login learns what has become of it, and nobody else', async (t) => {
  const { ask, clock, makeUser, offer, redeem } = await startPlatform(t);
  const bob = await makeUser('bob');
  const { id, ticket } = await offer();
  const state = async (token = TEST_TOKEN) => {
    const { json } = await ask('GET', `/v1/browser-logins/${id}`, { token });
    return json.error?.code ?? json.state;
  };
  assert.equal(await state(), 'waiting');
  assert.equal(await state(bob.token), 'not_found');
  await redeem(ticket);
  assert.equal(await state(), 'used');
  const { id: late } = await offer();
  clock.step(60_000);
  const { json } = await ask('GET', `/v1/browser-logins/${late}`, { token: TEST_TOKEN });
  assert.deepEqual([json.state, json.session], ['expired', null]);
});

test('a browser does not log another one in, and wrong links are counted', async (t) => {
  const { ask, logIn, offer, origin, redeem } = await startPlatform(t);
  const pair = await logIn();
  const handed = await ask('POST', '/v1/browser-logins', { headers: as(pair, { origin }) });
  assert.deepEqual([handed.status, handed.json.error?.code], [403, 'not_permitted']);
  const codes = [];
  for (let count = 0; count < 12; count += 1) codes.push((await redeem('x')).json.error?.code);
  assert.deepEqual(codes.slice(9), ['browser_login_refused', 'too_many_failures', 'too_many_failures']);
  // A right one is taken all the same.
  assert.equal((await redeem((await offer()).ticket)).status, 201);
  for (let count = 0; count < 20; count += 1) await offer();
  const many = await ask('POST', '/v1/browser-logins', { token: TEST_TOKEN });
  assert.deepEqual([many.status, many.json.error?.code], [429, 'too_many_tickets']);
});

test('the audit log has every login, refusal and logout, names the browser, and has no secret', async (t) => {
  const { ask, audited, logIn, log, offer, origin, redeem } = await startPlatform(t);
  const { ticket } = await offer();
  await redeem(ticket);
  await redeem(ticket);
  const pair = await logIn();
  await ask('POST', '/v1/tickets', {
    headers: as(pair, { origin }),
    body: { channel: 'logs', network: 'default' },
  });
  await ask('POST', '/v1/logout', { headers: as(pair, { origin }) });

  const logins = await audited('browser.login');
  assert.deepEqual(
    logins.map(({ user, result, client }) => [user, result, client]),
    [
      ['ann', 'succeeded', 'browser 127.0.0.1'],
      ['ann', 'refused', '127.0.0.1'],
      ['ann', 'succeeded', 'browser 127.0.0.1'],
    ],
  );
  assert.equal((await audited('browser.ticket')).length, 2);
  for (const action of ['ticket.issue', 'logout']) {
    const [event] = await audited(action);
    assert.equal(event?.client, 'browser 127.0.0.1');
    assert.equal(event?.details.browser, pair.id);
  }
  const told = JSON.stringify([await audited('*'), log.lines]);
  for (const secret of [ticket, pair.key, pair.cookie.split('=')[1] ?? '?'])
    assert.ok(!told.includes(secret));
});

test('of one user there are thirty at most: the one that was not used for longest makes room', async (t) => {
  const { clock, logIn, whoami } = await startPlatform(t);
  const first = await logIn();
  for (let count = 0; count < 29; count += 1) {
    clock.step(1_000);
    await logIn();
  }
  assert.equal(await whoami(first), 'ann');
  clock.step(1_000);
  await logIn();
  assert.equal(await whoami(first), 'browser_session_ended');
});

test('browsers are named as people name them', () => {
  const named = {
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0':
      'Edge on Windows',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15':
      'Safari on macOS',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36':
      'Chrome on Linux',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1':
      'Chrome on iOS',
    '<script>alert(1)</script>': 'A browser',
  };
  for (const [agent, name] of Object.entries(named)) assert.equal(nameBrowser(agent), name);
  assert.equal(nameBrowser(undefined), 'A browser');
});
