import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { isRigError } from '@rig-ops/contract/errors';
import { RigClient } from './rig-client.ts';
import { makeFolder } from './testing/temporary-folder.ts';
import { answerJson, readBody, serve } from './testing/test-server.ts';

const params = { app: 'blog', pack: 'a'.repeat(64) };

test('an upload over a socket arrives whole and is counted', async (t) => {
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
  let sent = 0;
  const answer = await client.upload('putPack', { params, body, onSent: (bytes) => (sent += bytes) });
  assert.deepEqual(answer, { stored: 3 });
  assert.deepEqual(received, body);
  assert.equal(sent, body.length);
});

test('a manifest goes up compressed', async (t) => {
  const bundle = 'b'.repeat(64);
  const body = { blocks: Array.from({ length: 100 }, () => 'c'.repeat(64)), entries: {} };
  const state = { id: bundle, committed: true, unknownBlocks: [], missing: '' };
  const url = await serve(t, async (request, response) => {
    assert.equal(request.headers['content-encoding'], 'zstd');
    assert.equal(request.headers['content-type'], 'application/json');
    assert.deepEqual(JSON.parse(zstdDecompressSync(await readBody(request)).toString()), body);
    answerJson(response, 200, state);
  });
  const client = new RigClient({ name: 'test', url, token: 't' });
  t.after(() => client.close());
  let sent = 0;
  const onSent = (bytes: number) => (sent += bytes);
  assert.deepEqual(
    await client.upload('putBundle', { params: { app: 'blog', bundle }, body, onSent }),
    state,
  );
  assert.ok(sent > 0 && sent < 1000, String(sent));
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

test('a token that expires more than once on the way is replaced each time', async (t) => {
  const taken = ['t0', 't0', 't1', 't2', 't2'];
  const url = await serve(t, async (request, response) => {
    await readBody(request);
    if (request.headers.authorization === `Bearer ${taken[0]}`) {
      taken.shift();
      return answerJson(response, 201, { stored: 1 });
    }
    const error = { code: 'not_authenticated', message: 'Expired.', hint: '', exitCode: 4 };
    answerJson(response, 401, { error });
  });
  let renewals = 0;
  const renewToken = async () => {
    renewals += 1;
    return `t${renewals}`;
  };
  const client = new RigClient({ name: 'test', url, token: 't0' }, { renewToken });
  t.after(() => client.close());
  for (let pack = 0; pack < 5; pack += 1) {
    await client.upload('putPack', { params, body: new Uint8Array(10) });
  }
  assert.deepEqual([taken, renewals], [[], 2]);
  await assert.rejects(
    client.upload('putPack', { params, body: new Uint8Array(10) }),
    (error) => isRigError(error) && error.code === 'not_authenticated',
  );
  assert.equal(renewals, 3, 'a fresh token that is refused is not replaced again');
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
