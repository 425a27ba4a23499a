import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { RigClient } from './rig-client.ts';
import { makeFolder } from './testing/temporary-folder.ts';
import { answerJson, readBody, serve } from './testing/test-server.ts';

const params = { app: 'blog', pack: 'a'.repeat(64) };

test('an upload over a socket arrives whole and tells its progress in steps', async (t) => {
  const socketPath = join(await makeFolder(t), 'a b:c.sock');
  const body = randomBytes(1024 * 1024);
  let received: Buffer | undefined;
  await serve(
    t,
    async (request, response) => {
      assert.equal(request.method, 'PUT');
      assert.equal(request.url, `/v1/apps/blog/packs/${params.pack}`);
      assert.equal(request.headers['content-type'], 'application/octet-stream');
      assert.equal(request.headers.authorization, 'Bearer t');
      received = await readBody(request);
      answerJson(response, 201, { stored: 3 });
    },
    socketPath,
  );
  const client = new RigClient({ name: 'embedded', socketPath, token: 't' });
  t.after(() => client.close());
  const progress: number[] = [];
  const answer = await client.upload('putPack', { params, body, onProgress: (sent) => progress.push(sent) });
  assert.deepEqual(answer, { stored: 3 });
  assert.deepEqual(received, body);
  assert.ok(progress.length > 4, `steps: ${progress.join()}`);
  assert.deepEqual(
    progress,
    progress.toSorted((a, b) => a - b),
  );
  assert.equal(progress.at(-1), body.length);
});

test('an upload is repeated after failures that pass', async (t) => {
  const outcomes = ['reset', 'busy', 'stall', 'done'];
  const seen: string[] = [];
  const url = await serve(t, async (request, response) => {
    const outcome = outcomes[seen.length] ?? 'done';
    seen.push(outcome);
    if (outcome === 'reset') request.socket.destroy();
    else if (outcome === 'busy') answerJson(response, 503, {});
    else if (outcome === 'done') {
      assert.equal((await readBody(request)).length, 200_000);
      answerJson(response, 201, { stored: 1 });
    }
  });
  const client = new RigClient({ name: 'test', url, token: 't' }, { stallMs: 100 });
  t.after(() => client.close());
  const answer = await client.upload('putPack', { params, body: new Uint8Array(200_000) });
  assert.deepEqual(answer, { stored: 1 });
  assert.deepEqual(seen, outcomes);
});

test('an upload that is refused is not repeated', async (t) => {
  let requests = 0;
  const url = await serve(t, async (request, response) => {
    requests += 1;
    await readBody(request);
    const error = { code: 'disk_full', message: 'Full.', hint: 'Free some space.', exitCode: 1 };
    answerJson(response, 507, { error });
  });
  const client = new RigClient({ name: 'test', url, token: 't' });
  t.after(() => client.close());
  await assert.rejects(
    client.upload('putPack', { params, body: new Uint8Array(10) }),
    (error) => isRigError(error) && error.code === 'disk_full' && error.hint === 'Free some space.',
  );
  assert.equal(requests, 1);
});

test('an abort ends an upload, also between two attempts', async (t) => {
  const stop = new AbortController();
  const url = await serve(t, (request, response) => {
    request.resume();
    answerJson(response, 503, {});
    stop.abort(new Error('enough'));
  });
  const client = new RigClient({ name: 'test', url, token: 't' });
  t.after(() => client.close());
  const upload = client.upload('putPack', { params, body: new Uint8Array(10), signal: stop.signal });
  await assert.rejects(upload, /^Error: enough$/);
});
