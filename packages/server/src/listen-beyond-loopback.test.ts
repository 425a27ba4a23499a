import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
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
