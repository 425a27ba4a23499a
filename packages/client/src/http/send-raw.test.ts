import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { sendRaw } from './send-raw.ts';

/** A platform on a socket that answers each request as `answer` does. */
async function serve(t: TestContext, answer: (response: ServerResponse, count: number) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'rig-raw-'));
  let count = 0;
  const server = createServer((_request, response) => {
    count += 1;
    answer(response, count);
  }).listen(join(folder, 'rigd.sock'));
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const target = { socketPath: join(folder, 'rigd.sock'), token: 't' } as never;
  const taken: string[] = [];
  const request = { method: 'GET', path: '/', headers: {}, body: undefined };
  const send = (whenTaken: () => void = () => undefined) =>
    sendRaw(target, {
      ...request,
      signal: AbortSignal.timeout(10_000),
      take: async ({ status }, chunk) => {
        taken.push(`${status} ${Buffer.from(chunk).toString()}`);
        whenTaken();
      },
    });
  return { send, taken, asked: () => count };
}

test('an answer is handed on as it comes, before it has ended', async (t) => {
  const open: ServerResponse[] = [];
  const { send, taken } = await serve(t, (response) => {
    response.write('one');
    open.push(response);
  });
  const answer = await send(() => {
    if (taken.length === 1) open[0]?.end('two');
  });
  assert.deepEqual(taken, ['200 one', '200 two']);
  assert.equal(answer.body.length, 0);
});

test('one that breaks off is not begun anew: what was handed on would come twice', async (t) => {
  const open: ServerResponse[] = [];
  const { asked, send, taken } = await serve(t, (response) => {
    response.write('one');
    open.push(response);
  });
  await assert.rejects(send(() => open[0]?.destroy()));
  assert.deepEqual([taken, asked()], [['200 one'], 1]);
});

test('one that breaks off before it has begun is asked for again, and an error is thrown whole', async (t) => {
  const { asked, send, taken } = await serve(t, (response, count) => {
    if (count === 1) response.destroy();
    else
      response
        .writeHead(404, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: { code: 'app_not_found', message: 'There is none.' } }));
  });
  await assert.rejects(send(), { code: 'app_not_found' });
  assert.deepEqual([taken, asked()], [[], 2]);
});
