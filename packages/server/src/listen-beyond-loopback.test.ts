import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PAGE_KEY_HEADER } from '@rig-ops/contract/api-version';
import type { ListenSettings } from '@rig-ops/contract/supervisor';
import { startTestServer } from './testing/start-test-server.ts';
import { TEST_TOKEN } from './testing/test-token.ts';

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../test/fixtures/tls/${name}`, import.meta.url));
const tls = { cert: fixture('valid.pem'), key: fixture('valid.key') };

const get = async (url: string, headers: Record<string, string>): Promise<number | undefined> => {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  request(url, { rejectUnauthorized: false, agent: false, headers }, (response) => {
    response.resume();
    resolve(response.statusCode);
  })
    .once('error', reject)
    .end();
  return promise;
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** A platform behind a proxy; the answer tells its public URL, and asks as the proxy does. */
async function startProxied(t: TestContext, listen: ListenSettings) {
  const port = await freePort();
  const server = await startTestServer(t, { listen: { ...listen, port } });
  const behind = async (method: string, path: string, headers: Record<string, string>, body = '') => {
    const call = plainRequest({
      host: '127.0.0.1',
      port,
      method,
      path,
      agent: false,
      headers: { ...(body === '' ? {} : { 'content-type': 'application/json' }), ...headers },
    });
    call.end(body);
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    return { statusCode: answer.statusCode, headers: answer.headers, body: await text(answer) };
  };
  return { ...server, behind };
}

test('other machines are served over TLS, by whatever name they know this one', async (t) => {
  const listen = { host: '127.0.0.1', port: 0, tls, insecure: false };
  const { publicUrl } = await startTestServer(t, { listen });
  assert.match(publicUrl ?? '', /^https:\/\/127\.0\.0\.1:\d+$/);
  const host = 'rig.example.com';
  assert.equal(await get(`${publicUrl}/v1/apps`, { host }), 401);
  const authorization = `Bearer ${TEST_TOKEN}`;
  assert.equal(await get(`${publicUrl}/v1/apps`, { host, authorization }), 200);
  assert.equal(
    await get(`${publicUrl}/v1/apps`, { host, authorization, origin: 'https://evil.example' }),
    403,
  );
});

test('rigd itself refuses plain HTTP beyond loopback that nobody asked for', async (t) => {
  const listen = { host: '0.0.0.0', port: 0, tls: null, insecure: false };
  await assert.rejects(startTestServer(t, { listen }), { code: 'tls_required' });
  const { publicUrl } = await startTestServer(t, { listen: { ...listen, host: '127.0.0.1' } });
  assert.match(publicUrl ?? '', /^http:/);
});

test('over TLS the cookie of a browser is one that nobody without TLS, and no other host, can set', async (t) => {
  const listen = { host: '127.0.0.1', port: 0, tls, insecure: false };
  const { publicUrl, send } = await startTestServer(t, { listen });
  const { port } = new URL(publicUrl ?? '');
  const host = `rig.example.com:${port}`;
  const { ticket } = (await send('POST', '/v1/browser-logins')).json;
  const redeem = async (origin: string) => {
    const call = request(`${publicUrl}/v1/browser-logins/redeem`, {
      method: 'POST',
      rejectUnauthorized: false,
      agent: false,
      headers: { host, origin, 'content-type': 'application/json' },
    });
    call.end(JSON.stringify({ ticket }));
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    answer.resume();
    return answer;
  };
  assert.equal((await redeem(`http://${host}`)).statusCode, 403);
  const { statusCode, headers } = await redeem(`https://${host}`);
  assert.equal(statusCode, 201);
  assert.match(
    headers['set-cookie']?.[0] ?? '',
    new RegExp(`^__Host-rig_session_${port}=[\\w-]{43}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=`),
  );
  assert.equal(await get(`${publicUrl}/ui/`, { host }), 200);
});

test('behind a proxy that has TLS, the pages of its URL are its own, and no others', async (t) => {
  const listen = { host: '127.0.0.1', port: 0, tls: null, insecure: false };
  const publicUrl = 'https://rig.example.com';
  const { behind, send, publicUrl: told } = await startProxied(t, { ...listen, publicUrl });
  assert.equal(told, publicUrl);
  const { ticket } = (await send('POST', '/v1/browser-logins')).json;
  const redeem = async (headers: Record<string, string>) =>
    await behind('POST', '/v1/browser-logins/redeem', headers, JSON.stringify({ ticket }));
  for (const origin of ['https://evil.example', 'http://rig.example.com', 'https://rig.example.com:8443'])
    assert.equal((await redeem({ host: 'rig.example.com', origin })).statusCode, 403, origin);
  // Some proxies pass the name on, some say the address that they ask.
  const begun = await redeem({ host: 'rig.example.com', origin: publicUrl });
  assert.equal(begun.statusCode, 201);
  const [cookie = ''] = begun.headers['set-cookie'] ?? [];
  assert.match(cookie, /^__Host-rig_session_\d+=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict/);
  const { pageKey } = JSON.parse(begun.body) as { pageKey: string };
  const shown = {
    [PAGE_KEY_HEADER]: pageKey,
    cookie: cookie.split(';')[0] ?? '',
    'sec-fetch-site': 'same-origin',
  };
  assert.equal((await behind('GET', '/v1/apps', shown)).statusCode, 200);
  assert.equal((await behind('GET', '/v1/apps', { ...shown, host: 'evil.example' })).statusCode, 403);
  assert.equal((await behind('GET', '/ui/', { host: 'rig.example.com' })).statusCode, 200);
});

test('behind a proxy a wrong token counts for whom the proxy saw, not for the proxy', async (t) => {
  const listen = { host: '127.0.0.1', port: 0, tls: null, insecure: false };
  const { behind } = await startProxied(t, { ...listen, publicUrl: 'https://rig.example.com' });
  const guess = async (seen: string) =>
    (await behind('GET', '/v1/apps', { authorization: 'Bearer wrong', 'x-forwarded-for': seen })).statusCode;
  const answers = new Set<number | undefined>();
  for (let count = 0; count < 200 && !answers.has(429); count += 1)
    // What the guesser says of itself comes first.
    answers.add(await guess(`10.9.9.${count}, 203.0.113.7`));
  assert.ok(answers.has(429), 'the guesser is not stopped');
  assert.equal(await guess('203.0.113.8'), 401);
});
