import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { RigClient } from '@rig-ops/client';
import { isRigError, type RigError } from '@rig-ops/contract/errors';
import { startTestServer } from '../../packages/server/src/testing/start-test-server.ts';
import { TEST_TOKEN } from '../../packages/server/src/testing/test-token.ts';
import {
  authorityFile,
  type Certificate,
  certificateFile,
  startProxy,
  terminateTls,
} from '../support/ways.ts';

// Hooks of a file are called with the file, those of a test with the test.
const rigd = await startTestServer({ after: (end) => after(end as () => Promise<void>) });
const upstream = { socketPath: rigd.layout.rigdSocket };
const authority = readFileSync(authorityFile, 'utf8');

type Place = { url: string; ca?: string; proxy?: string };

/** One call and one WebSocket, on the same way. */
async function visit(place: Place): Promise<string> {
  const client = new RigClient({ name: 'far', token: TEST_TOKEN, ...place });
  try {
    const { user } = await client.call('whoami', {});
    const connection = await client.connect();
    await connection.close();
    return user;
  } finally {
    await client.close();
  }
}

async function failure(place: Place): Promise<RigError> {
  const thrown: unknown = await visit(place).then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(isRigError(thrown), String(thrown));
  // A WebSocket meets the same obstacle and says the same.
  const client = new RigClient({ name: 'far', token: TEST_TOKEN, ...place });
  await assert.rejects(client.connect(), (error) => isRigError(error) && error.code === thrown.code);
  await client.close();
  return thrown;
}

async function behind(certificate: Certificate): Promise<string> {
  const terminator = await terminateTls(certificate, upstream);
  after(() => terminator.close());
  return `https://localhost:${terminator.port}`;
}

test('an own authority is trusted when it is given, and nobody else then', async () => {
  const url = await behind('valid');
  assert.equal(await visit({ url, ca: authority }), 'ann');
  const stranger = await failure({ url });
  assert.equal(stranger.code, 'certificate_untrusted');
  assert.match(stranger.hint, /--ca FILE/);
  const other = readFileSync(certificateFile('self-signed'), 'utf8');
  assert.match((await failure({ url, ca: other })).message, /another authority than the one given/);
});

test('a certificate that signs itself is told apart, and may be given as the authority', async () => {
  const url = await behind('self-signed');
  assert.match((await failure({ url })).message, /signed by nobody but itself/);
  assert.equal(await visit({ url, ca: readFileSync(certificateFile('self-signed'), 'utf8') }), 'ann');
});

test('an expired certificate, and one that is not valid yet, come with the clock of this machine', async () => {
  for (const [certificate, text] of [
    ['expired', /has expired; the clock of this machine says \d{4}-/],
    ['early', /is not valid yet; the clock/],
  ] as const) {
    const error = await failure({ url: await behind(certificate), ca: authority });
    assert.deepEqual([error.code, error.exitCode], ['certificate_expired', 8]);
    assert.match(error.message, text);
  }
});

test('a certificate of another host is named with that host', async () => {
  const error = await failure({ url: await behind('elsewhere'), ca: authority });
  assert.equal(error.code, 'certificate_wrong_host');
  assert.match(error.message, /elsewhere\.example\.com/);
});

test('TLS is not mistaken for HTTP, nor HTTP for TLS', async () => {
  const secure = await behind('valid');
  const plain = await failure({ url: secure.replace('https:', 'http:') });
  assert.match(plain.hint, /https:\/\//);
  const error = await failure({ url: rigd.url.replace('http:', 'https:') });
  assert.match(error.message, /does not speak TLS/);
});

test('calls and WebSockets go through the proxy, with TLS and without', async () => {
  const terminator = await terminateTls('valid', upstream);
  after(() => terminator.close());
  const toSecure = await startProxy({ upstream: { port: terminator.port }, credentials: 'ada:s e/cret' });
  const toPlain = await startProxy({ upstream });
  after(() => Promise.all([toSecure.close(), toPlain.close()]));
  const proxy = `http://ada:s%20e%2Fcret@127.0.0.1:${toSecure.port}`;
  assert.equal(await visit({ url: 'https://rig.test:8443', ca: authority, proxy }), 'ann');
  assert.deepEqual([...new Set(toSecure.seen)], ['CONNECT rig.test:8443']);
  assert.equal(await visit({ url: 'http://rig.test', proxy: `http://127.0.0.1:${toPlain.port}` }), 'ann');
  assert.deepEqual(toPlain.seen, ['GET http://rig.test/v1/whoami', 'CONNECT rig.test:80']);
});

test('a proxy that refuses, wants credentials, finds no way or is not there is named without its password', async () => {
  for (const [status, text] of [
    [403, /does not let through/],
    [407, /wants a user and a password/],
    [502, /found no way/],
  ] as const) {
    const proxy = await startProxy({ upstream, refuseWith: status });
    after(() => proxy.close());
    for (const url of ['https://rig.test', 'http://rig.test']) {
      const error = await failure({ url, proxy: `http://u:hunter2@127.0.0.1:${proxy.port}` });
      assert.deepEqual([error.code, error.exitCode], ['proxy_failed', 8], error.message);
      assert.match(error.message, text);
      assert.doesNotMatch(error.message + error.hint, /hunter2/);
    }
  }
  const gone = await startProxy({ upstream });
  await gone.close();
  for (const url of ['https://rig.test', 'http://rig.test']) {
    const error = await failure({ url, proxy: `http://127.0.0.1:${gone.port}` });
    assert.deepEqual([error.code, /nothing listens there/.test(error.message)], ['proxy_failed', true]);
  }
});
