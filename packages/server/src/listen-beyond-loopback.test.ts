import assert from 'node:assert/strict';
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
