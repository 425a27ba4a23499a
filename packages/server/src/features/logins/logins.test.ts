import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import * as oauth from 'oauth4webapi';
import { startTestServer } from '../../testing/start-test-server.ts';
import { sendRequest } from '../../testing/send-request.ts';
import { TEST_TOKEN } from '../../testing/test-token.ts';

async function startPlatform(t: TestContext) {
  let ahead = 0;
  const platform = await startTestServer(t, { clock: { now: () => new Date(Date.now() + ahead) } });
  const pass = (ms: number) => (ahead += ms);
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(platform.url + path, { method: 'POST', body: new URLSearchParams(form), headers });
  const request = async () => {
    const answer = await post('/oauth/device_authorization', {
      client_id: 'rig-cli',
      device_name: 'workshop',
    });
    return (await answer.json()) as { device_code: string; user_code: string; verification_uri: string };
  };
  const poll = async (deviceCode: string) => {
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
    const answer = await post('/oauth/token', { grant_type, device_code: deviceCode, client_id: 'rig-cli' });
    return (await answer.json()) as { error?: string; access_token?: string };
  };
  const audited = async () => {
    const { json } = await platform.send('GET', '/v1/audit');
    const events = json.events as { action: string; user: string; result: string }[];
    return events.map(({ action, user, result }) => `${action} ${user} ${result}`);
  };
  return { ...platform, pass, post, request, poll, audited };
}

const ticketIn = (page: string) => /name="ticket" value="([^"]+)"/.exec(page)?.[1] ?? '';

test('a client that knows OAuth and nothing of rig logs in', async (t) => {
  const { url, send, pass } = await startPlatform(t);
  const insecure = { [oauth.allowInsecureRequests]: true };
  const issuer = new URL(url);
  const server = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }),
  );
  const client = { client_id: 'some-client' };
  const code = await oauth.processDeviceAuthorizationResponse(
    server,
    client,
    await oauth.deviceAuthorizationRequest(server, client, oauth.None(), {}, insecure),
  );
  assert.equal(code.verification_uri_complete, `${url}/login?code=${code.user_code}`);
  const ask = async () => {
    const answer = await oauth.deviceCodeGrantRequest(
      server,
      client,
      oauth.None(),
      code.device_code,
      insecure,
    );
    return await oauth.processDeviceCodeResponse(server, client, answer);
  };
  await assert.rejects(ask(), { error: 'authorization_pending' });
  await assert.rejects(ask(), { error: 'slow_down' });
  assert.equal((await send('POST', `/v1/logins/${code.user_code}/approve`)).status, 200);
  // The interval has grown from two seconds to seven.
  pass(7000);
  const { access_token: token, token_type: type } = await ask();
  assert.equal(type, 'bearer');
  const whoami = await fetch(`${url}/v1/whoami`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(whoami.status, 200);
  pass(7000);
  await assert.rejects(ask(), { error: 'invalid_grant' });
});

test('the page lets a machine in once somebody has shown who they are and looked at it', async (t) => {
  const { post, request, poll, url, audited } = await startPlatform(t);
  const login = await request();
  const asked = await fetch(`${login.verification_uri}?code=${login.user_code}`);
  assert.match(await asked.text(), new RegExp(`value="${login.user_code}"`));
  const looked = await post('/login', { step: 'look', code: login.user_code, token: TEST_TOKEN });
  const page = await looked.text();
  assert.match(page, /<dd>workshop<\/dd>[\s\S]*<strong>ann<\/strong>/);
  assert.doesNotMatch(page, new RegExp(TEST_TOKEN));
  const done = await post('/login', { step: 'approve', ticket: ticketIn(page) });
  assert.match(await done.text(), /<h1>Approved<\/h1>/);
  const again = await post('/login', { step: 'approve', ticket: ticketIn(page) });
  assert.equal(again.status, 400);
  const { access_token: token } = await poll(login.device_code);
  const whoami = await fetch(`${url}/v1/whoami`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(((await whoami.json()) as { user: string }).user, 'ann');
  const events = await audited();
  assert.ok(events.includes('login.approve ann succeeded') && events.includes('login.token ann succeeded'));
});

test('the page takes no wrong token, no unknown code and no form of another site', async (t) => {
  const { post, request, poll } = await startPlatform(t);
  const login = await request();
  const look = { step: 'look', code: login.user_code, token: 'wrong' };
  const wrong = await post('/login', look);
  assert.deepEqual([wrong.status, /role="alert"/.test(await wrong.text())], [401, true]);
  assert.equal((await post('/login', { ...look, token: TEST_TOKEN, code: '"><script>' })).status, 404);
  const mirrored = await (await post('/login', { ...look, code: '"><script>' })).text();
  assert.doesNotMatch(mirrored, /<script>/);
  const right = { ...look, token: TEST_TOKEN };
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example.com' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ];
  for (const headers of foreign) assert.equal((await post('/login', right, headers)).status, 403);
  const refused = await post('/login', {
    step: 'deny',
    ticket: ticketIn(await (await post('/login', right)).text()),
  });
  assert.match(await refused.text(), /<h1>Refused<\/h1>/);
  assert.equal((await poll(login.device_code)).error, 'access_denied');
});

test('tokens cannot be guessed on the page either', async (t) => {
  const { post } = await startPlatform(t);
  const guess = async () =>
    (await post('/login', { step: 'look', code: 'BBBB-BBBB', token: 'wrong' })).status;
  for (let time = 0; time < 10; time += 1) assert.equal(await guess(), 401);
  assert.equal(await guess(), 429);
});

test('neither page nor endpoints run scripts, are framed, cached or mirrored', async (t) => {
  const { url, port } = await startPlatform(t);
  for (const path of ['/login', '/login/style.css']) {
    const { headers } = await fetch(url + path);
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
  }
  const page = await (await fetch(`${url}/login`)).text();
  assert.doesNotMatch(page, /<script|style=| on[a-z]+=/);
  assert.equal((await fetch(`${url}/oauth/token`)).status, 405);
  assert.equal((await fetch(`${url}/login/elsewhere`)).status, 404);
  const big = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ device_code: 'x'.repeat(20_000) }),
  });
  assert.equal(big.status, 413);
  // A name that was rebound to this machine.
  const rebound = { port, method: 'GET', path: '/login', headers: { host: 'evil.example.com' } };
  const { status } = await sendRequest(rebound);
  assert.equal(status, 403);
});

test('logout revokes the token it is asked with, and no other', async (t) => {
  const { send, request, poll, url } = await startPlatform(t);
  const login = await request();
  await send('POST', `/v1/logins/${login.user_code}/approve`);
  const { access_token: token = '' } = await poll(login.device_code);
  const out = await fetch(`${url}/v1/logout`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  assert.equal(out.status, 200);
  const after = await fetch(`${url}/v1/whoami`, { headers: { authorization: `Bearer ${token}` } });
  const { error } = (await after.json()) as { error: { code: string } };
  assert.deepEqual([after.status, error.code], [401, 'token_revoked']);
  assert.equal((await send('POST', '/v1/logout')).status, 403);
  assert.equal((await send('GET', '/v1/whoami')).status, 200);
});
