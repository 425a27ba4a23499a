import assert from 'node:assert/strict';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { RequestSources } from '../../http/request-source.ts';
import { MemoryLog } from '../../testing/memory-log.ts';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import { createPages } from './create-pages.ts';

const SCRIPT = 'export const page = 1;'.repeat(20);

async function startPages(test: TestContext, built = true) {
  const folder = await makeTemporaryFolder(test);
  await writeFile(join(folder, 'secret.txt'), 'outside');
  const dist = join(folder, 'dist');
  if (built) {
    await mkdir(join(dist, 'assets'), { recursive: true });
    await writeFile(join(dist, 'index.html'), '<!doctype html>one');
    await writeFile(join(dist, 'assets', 'main-abc.js'), SCRIPT);
    await writeFile(join(dist, 'assets', 'main-abc.js.br'), brotliCompressSync(SCRIPT));
    await writeFile(join(dist, '.built-from'), 'x');
    await symlink(join(folder, 'secret.txt'), join(dist, 'link.txt'));
  }
  const log = new MemoryLog();
  const { before } = createPages({ sources: new RequestSources(), log: log.logger, folder: dist });
  const server = createServer(before((_request, response) => response.writeHead(418).end('api')));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => server.close());
  const { port } = server.address() as { port: number };
  const get = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const call = request({ host: '127.0.0.1', port, agent: false, method, path, headers });
    call.end();
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of answer) text += String(chunk);
    return { status: answer.statusCode, headers: answer.headers, text };
  };
  return { dist, port, get, log };
}

test('the index is looked at each time, what is hashed is kept for good, and both are packed', async (t) => {
  const { get } = await startPages(t);
  const index = await get('/ui/');
  assert.equal(index.status, 200);
  assert.equal(index.text, '<!doctype html>one');
  assert.equal(index.headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(index.headers['cache-control'], 'no-cache');

  const plain = await get('/ui/assets/main-abc.js');
  assert.equal(plain.text, SCRIPT);
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal(plain.headers.vary, 'accept-encoding');
  const packed = await get('/ui/assets/main-abc.js', { 'accept-encoding': 'gzip, br' });
  assert.equal(packed.headers['content-encoding'], 'br');
  assert.equal(Number(packed.headers['content-length']), brotliCompressSync(SCRIPT).length);
  assert.notEqual(packed.headers.etag, plain.headers.etag);
  const refused = await get('/ui/assets/main-abc.js', { 'accept-encoding': 'br;q=0, gzip' });
  assert.equal(refused.headers['content-encoding'], undefined);
});

test('what the browser has is not sent again', async (t) => {
  const { get, dist } = await startPages(t);
  const { headers } = await get('/ui/');
  const tag = String(headers.etag);
  for (const known of [tag, `"other", W/${tag}`, '*']) {
    const answer = await get('/ui/', { 'if-none-match': known });
    assert.deepEqual([answer.status, answer.text], [304, '']);
    assert.equal(answer.headers.etag, tag);
  }
  await writeFile(join(dist, 'index.new'), '<!doctype html>two');
  await rename(join(dist, 'index.new'), join(dist, 'index.html'));
  const changed = await get('/ui/', { 'if-none-match': tag });
  assert.deepEqual([changed.status, changed.text], [200, '<!doctype html>two']);
});

test('HEAD answers the head, other methods are refused, and what is not there is not there', async (t) => {
  const { get } = await startPages(t);
  const head = await get('/ui/', {}, 'HEAD');
  assert.deepEqual([head.status, head.text, head.headers['content-length']], [200, '', '18']);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const answer = await get('/ui/', {}, method);
    assert.deepEqual([answer.status, answer.headers.allow], [405, 'GET, HEAD']);
  }
  for (const path of ['/ui/nothing', '/ui/assets/', '/ui/assets', '/ui/index.html/', '/ui/.built-from']) {
    assert.equal((await get(path)).status, 404, path);
  }
});

test('nothing outside of the folder can be asked for', async (t) => {
  const { get, port } = await startPages(t);
  const paths = [
    '/ui/../secret.txt',
    '/ui/..%2fsecret.txt',
    '/ui/%2e%2e/secret.txt',
    '/ui/assets/../../secret.txt',
    '/ui/..\\secret.txt',
    '/ui//etc/passwd',
    '/ui/%00',
    '/ui/link.txt',
    '/ui/constructor',
    '/ui/__proto__',
  ];
  for (const path of paths) {
    const answer = await get(path);
    assert.equal(answer.status, 404, path);
    assert.ok(!answer.text.includes('outside'));
  }
  // As no client would write it.
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /ui/../../../../etc/passwd HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n');
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  assert.match(answer, /^HTTP\/1\.1 404 /);
});

test('a person is led from the address of the platform to the pages, a program is not', async (t) => {
  const { get } = await startPages(t);
  for (const path of ['/', '/ui']) {
    const answer = await get(path, { accept: 'text/html,*/*;q=0.8' });
    assert.deepEqual([answer.status, answer.headers.location], [302, '/ui/']);
  }
  assert.equal((await get('/', { accept: '*/*' })).status, 418);
  assert.equal((await get('/uix')).status, 418);
});

test('every answer says what the page may do, and another name or origin gets none', async (t) => {
  const { get } = await startPages(t);
  for (const path of ['/ui/', '/ui/assets/main-abc.js', '/ui/nothing', '/ui']) {
    const { headers } = await get(path);
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
    assert.ok(!/unsafe|\*|https?:/.test(policy), policy);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.deepEqual(
      [headers['x-content-type-options'], headers['referrer-policy'], headers['cross-origin-opener-policy']],
      ['nosniff', 'no-referrer', 'same-origin'],
    );
    assert.equal(headers['strict-transport-security'], undefined);
  }
  assert.equal((await get('/ui/', { host: 'rebound.example.com' })).status, 403);
  const fetched = { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' };
  assert.equal((await get('/ui/assets/main-abc.js', fetched)).status, 403);
  const framed = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' };
  assert.equal((await get('/ui/', framed)).status, 403);
  const led = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  assert.equal((await get('/ui/', led)).status, 200);
});

test('a platform without its pages says so, and shows them once they are there', async (t) => {
  const { get, dist, log } = await startPages(t, false);
  assert.equal((await get('/ui/')).status, 503);
  assert.ok(log.lines.length > 0);
  await mkdir(dist);
  await writeFile(join(dist, 'index.html'), 'now');
  assert.deepEqual((await get('/ui/')).text, 'now');
});
