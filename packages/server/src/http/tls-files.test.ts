import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from 'node:tls';
import { systemClock } from '../clock.ts';
import { MemoryLog } from '../testing/memory-log.ts';
import { makeTemporaryFolder } from '../testing/temporary-folder.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { Listener } from './listener.ts';
import { TlsFiles } from './tls-files.ts';

const fixtures = new URL('../../../../test/fixtures/tls/', import.meta.url);
const fixture = (name: string) => new URL(name, fixtures);

const serialOf = async (port: number): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
    resolve(socket.getPeerCertificate().serialNumber);
    socket.end();
  });
  socket.once('error', reject);
  return promise;
};

test('files that change are taken up, broken ones are not, and a connection that is open goes on', async (t) => {
  const folder = await makeTemporaryFolder(t);
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await copyFile(fixture('valid.pem'), cert);
  await copyFile(fixture('valid.key'), key);
  const log = new MemoryLog();
  const files = await TlsFiles.open({ cert, key, clock: systemClock, log: log.logger, lookEveryMs: 10 });
  const listener = new Listener((_, response) => response.end('hello'), log.logger, files.pair);
  const port = await listener.listen({ host: '127.0.0.1', port: 0 });
  assert.ok('setSecureContext' in listener.server);
  files.keep(listener.server);
  t.after(async () => {
    files.stop();
    await listener.close(100);
  });
  const first = await serialOf(port);

  const open = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  t.after(() => open.destroy());
  await once(open, 'secureConnect');

  await writeFile(cert, 'not a certificate');
  await waitUntil(
    () => files.problems().some(({ code }) => code === 'tls_reload_failed'),
    'the files to be looked at',
  );
  assert.equal(await serialOf(port), first);
  // The certificate alone does not fit the key that is there.
  await copyFile(fixture('self-signed.pem'), cert);
  await waitUntil(
    () => files.problems().some(({ message }) => /belong|match/.test(message)),
    'the files to be looked at',
  );
  assert.equal(await serialOf(port), first);
  await copyFile(fixture('self-signed.key'), key);
  await waitUntil(async () => (await serialOf(port)) !== first, 'the files to be looked at');
  assert.equal(
    files.problems().some(({ code }) => code === 'tls_reload_failed'),
    false,
  );
  await rm(cert);
  await waitUntil(
    () => files.problems().some(({ code }) => code === 'tls_reload_failed'),
    'the files to be looked at',
  );

  open.write('GET / HTTP/1.1\r\nhost: rig.example.com\r\n\r\n');
  const [answer] = (await once(open, 'data')) as [Buffer];
  assert.match(answer.toString(), /^HTTP\/1\.1 200 /);
});

test('what cannot be served is refused at the start, and a certificate that has ended is told', async () => {
  const { logger: log } = new MemoryLog();
  const open = (cert: string, key: string) =>
    TlsFiles.open({ cert: fixture(cert).pathname, key: fixture(key).pathname, clock: systemClock, log });
  await assert.rejects(open('valid.pem', 'self-signed.key'), { code: 'config_unreadable' });
  await assert.rejects(open('valid.key', 'valid.key'), { code: 'config_unreadable' });
  await assert.rejects(open('nothing.pem', 'valid.key'), { code: 'config_unreadable' });
  const ended = await open('expired.pem', 'expired.key');
  assert.deepEqual(
    ended.problems().map(({ code }) => code),
    ['tls_certificate_ending'],
  );
});

test('a listener with TLS answers over HTTPS and checks who asks', async (t) => {
  const log = new MemoryLog();
  const [cert, key] = await Promise.all([readFile(fixture('valid.pem')), readFile(fixture('valid.key'))]);
  const listener = new Listener((_, response) => response.end('hello'), log.logger, { cert, key });
  const port = await listener.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => listener.close(100));
  const status = await new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
  assert.equal(status, 200);
});
