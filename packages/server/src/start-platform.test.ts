import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  decodeMissing,
  hashTree,
  makeBlock,
  manifestId,
  packChunks,
  planPacks,
  scanTree,
  splitManifest,
} from '@rig-ops/bundle';
import type { BundleEntry, BundleState } from '@rig-ops/contract/bundle-manifest';
import { ChannelStream } from '@rig-ops/contract/channels';
import type { Status } from '@rig-ops/contract/resources';
import type { PlatformRecord } from '@rig-ops/contract/supervisor';
import { openLogWriter } from '@rig-ops/logstore';
import { FakeEngine } from './engines/fake/fake-engine.ts';
import { SqlInstanceStore } from './features/instances/sql-instance-store.ts';
import { openDatabase } from './store/database.ts';
import { collectRecords, connectClient } from './testing/connect-client.ts';
import { startTestServer } from './testing/start-test-server.ts';
import { makeTemporaryFolder } from './testing/temporary-folder.ts';
import { waitUntil } from './testing/wait-until.ts';

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('the platform', () => {
  it('writes its record, keeps its state to itself, and tidies up at the end', async (t) => {
    const server = await startTestServer(t);
    const record = JSON.parse(await readFile(server.layout.platformRecord, 'utf8')) as PlatformRecord;
    assert.equal(record.pid, process.pid);
    assert.equal(record.url, server.url);
    assert.equal(record.socket, server.layout.rigdSocket);
    assert.equal(await modeOf(server.layout.rigdSocket), '600');
    assert.equal(await modeOf(server.layout.sockets), '700');
    assert.equal(await modeOf(server.layout.root), '700');
    assert.equal(await modeOf(server.layout.platformRecord), '600');
    await server.close();
    assert.deepEqual(await readdir(server.layout.sockets), []);
    await assert.rejects(stat(server.layout.platformRecord), { code: 'ENOENT' });
  });

  it('keeps apps, their events and its port over a restart', async (t) => {
    const first = await startTestServer(t);
    const { json: created } = await first.send('POST', '/v1/apps', { body: { name: 'shop' } });
    await first.close();
    const second = await startTestServer(t, { rigHome: first.rigHome });
    assert.equal(second.url, first.url);
    const { json } = await second.send('GET', '/v1/apps');
    assert.deepEqual(json, { apps: [created], nextCursor: null });
    const { json: page } = await second.send('GET', '/v1/events');
    assert.deepEqual(
      (page.events as { kind: string }[]).map(({ kind }) => kind),
      ['platform.started', 'app.created', 'platform.started'],
    );
  });

  it('chooses another port when somebody has taken the kept one, and insists on a wanted one', async (t) => {
    const first = await startTestServer(t);
    await first.close();
    const other = createServer().listen(first.port, '127.0.0.1');
    await once(other, 'listening');
    t.after(() => other.close());
    const second = await startTestServer(t, { rigHome: first.rigHome });
    assert.notEqual(second.port, first.port);
    await second.close();
    const { port } = other.address() as AddressInfo;
    await assert.rejects(startTestServer(t, { rigHome: first.rigHome, apiPort: port }), {
      code: 'port_taken',
      details: { port },
    });
    const third = await startTestServer(t, { rigHome: first.rigHome });
    assert.equal(third.port, second.port);
  });

  it('makes one app of two creates at once', async (t) => {
    const { send } = await startTestServer(t);
    const answers = await Promise.all(
      [1, 2, 3].map(() => send('POST', '/v1/apps', { body: { name: 'shop' } })),
    );
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((left, right) => left - right),
      [201, 409, 409],
    );
    assert.equal(answers.find(({ status }) => status === 409)?.json.error?.code, 'app_exists');
  });

  it('destroys an app with everything of it, and the name is free again', async (t) => {
    const { send, layout, port } = await startTestServer(t);
    const { json: app } = await send('POST', '/v1/apps', { body: { name: 'shop' } });
    const logs = join(layout.logs, 'apps', app.id as string);
    const writer = await openLogWriter(logs);
    await writer.close();
    const connection = await connectClient(t, port);
    const follow = connection.open('logs', { app: 'shop', follow: true });
    await follow.accepted;
    assert.deepEqual((await send('DELETE', '/v1/apps/shop')).json, { done: true });
    assert.deepEqual(await collectRecords(follow, ChannelStream.records), []);
    await assert.rejects(stat(logs), { code: 'ENOENT' });
    assert.equal((await send('GET', '/v1/apps/shop')).json.error?.code, 'app_not_found');
    assert.equal((await send('DELETE', '/v1/apps/shop')).json.error?.code, 'app_not_found');
    const { json: again } = await send('POST', '/v1/apps', { body: { name: 'shop' } });
    assert.notEqual(again.id, app.id);
  });

  it('finishes destroying an app that rigd died over', async (t) => {
    const first = await startTestServer(t);
    for (const name of ['shop', 'other']) await first.send('POST', '/v1/apps', { body: { name } });
    await first.close();
    const db = await openDatabase(first.layout.database);
    await db
      .updateTable('apps')
      .set({ destroying_at: '2026-01-02T03:04:05.678Z' })
      .where('name', '=', 'shop')
      .execute();
    await db.destroy();
    const second = await startTestServer(t, { rigHome: first.rigHome });
    await waitUntil(
      async () => (await second.send('POST', '/v1/apps', { body: { name: 'shop' } })).status === 201,
      'the name to be free',
    );
    assert.equal((await second.send('GET', '/v1/apps/other')).status, 200);
  });

  it('ends without waiting for the removal of an app whose instance does not end', {
    timeout: 5_000,
  }, async (t) => {
    const engine = new FakeEngine();
    t.after(() => engine.shutDown());
    t.mock.method(engine, 'stopInstance', () => Promise.resolve());
    const first = await startTestServer(t, { engine });
    const { json: app } = await first.send('POST', '/v1/apps', { body: { name: 'shop' } });
    await first.close();
    const spec = { id: 'ins_1', app: 'shop', appId: app.id as string, process: 'worker', name: 'worker.1' };
    await engine.startInstance({ ...spec, release: 1, argv: ['work'], cwd: '/', env: {} });
    const db = await openDatabase(first.layout.database);
    const at = '2026-01-02T03:04:05.678Z';
    await db.updateTable('apps').set({ destroying_at: at }).execute();
    const places = [{ ...spec, release: 1, ordinal: 1, port: null, createdAt: at }];
    await new SqlInstanceStore(db).create(places);
    await db.destroy();
    const second = await startTestServer(t, { engine, rigHome: first.rigHome });
    await second.close();
  });

  it('takes in a bundle, bit by bit', async (t) => {
    const { send } = await startTestServer(t);
    const source = await makeTemporaryFolder(t);
    await mkdir(join(source, 'lib'));
    await writeFile(join(source, 'lib', 'a.txt'), 'a'.repeat(1000));
    await writeFile(join(source, 'run'), 'b', { mode: 0o755 });
    const scan = await scanTree(source);
    const manifest = await hashTree(scan);
    const id = manifestId(manifest);
    await send('POST', '/v1/apps', { body: { name: 'shop' } });
    const [block] = splitManifest(manifest);
    assert.ok(block);
    const blocks = [block.digest];
    const put = async (entries: object, bundle = id, app = 'shop') =>
      await send('PUT', `/v1/apps/${app}/bundles/${bundle}`, { body: { blocks, entries } });
    const announce = async () => (await put({})).json as unknown as BundleState;
    const commit = () => send('POST', `/v1/apps/shop/bundles/${id}/commit`);

    assert.equal((await commit()).json.error?.code, 'not_found');
    assert.deepEqual(await announce(), { id, committed: false, unknownBlocks: [0], missing: '' });
    assert.deepEqual((await put({ 0: block.entries })).json, {
      id,
      committed: false,
      unknownBlocks: [],
      missing: Buffer.of(0b11).toString('base64'),
    });
    const state = await announce();
    assert.deepEqual(state.unknownBlocks, []);
    const early = await commit();
    assert.deepEqual([early.status, early.json.error?.code], [409, 'bundle_incomplete']);
    assert.equal(early.json.error?.details?.missingCount, 2);

    for (const plan of planPacks(manifest, decodeMissing(manifest, state.missing))) {
      const pack = await packChunks(scan, plan, { signal: AbortSignal.timeout(10_000) });
      const putPack = (name: string) =>
        send('PUT', `/v1/apps/shop/packs/${name}`, {
          body: pack.bytes,
          headers: { 'content-type': 'application/octet-stream' },
        });
      const wrong = createHash('sha256').update('other').digest('hex');
      assert.equal((await putPack(wrong)).json.error?.code, 'invalid_bundle');
      assert.equal((await putPack(pack.id)).status, 201);
      assert.equal((await putPack(pack.id)).status, 201);
    }
    const done = { id, committed: true, unknownBlocks: [], missing: '' };
    assert.deepEqual((await commit()).json, done);
    assert.deepEqual(await announce(), done);
    const other = manifestId({ version: 1, entries: [] });
    assert.equal((await put({}, other)).json.error?.code, 'invalid_bundle');
    assert.equal((await put({}, id, 'none')).json.error?.code, 'app_not_found');
    await send('POST', '/v1/apps', { body: { name: 'other' } });
    const elsewhere = (await put({}, id, 'other')).json as unknown as BundleState;
    assert.deepEqual(elsewhere.unknownBlocks, [0], 'apps share nothing');
  });

  it('takes in parts of a manifest before it is whole', async (t) => {
    const { send } = await startTestServer(t);
    await send('POST', '/v1/apps', { body: { name: 'shop' } });
    await send('POST', '/v1/apps', { body: { name: 'other' } });
    const digest = createHash('sha256').update('x').digest('hex');
    const entriesAt = (path: string): BundleEntry[] => [
      { type: 'file', path, executable: false, size: 1, chunks: [digest] },
    ];
    const put = async (path: string, { tell = true, app = 'shop' } = {}) => {
      const block = makeBlock(entriesAt(path));
      const body = { blocks: [block.digest], entries: tell ? { 0: block.entries } : {} };
      return (await send('PUT', `/v1/apps/${app}/blocks`, { body })).json;
    };
    assert.deepEqual(await put('a', { tell: false }), { unknownBlocks: [0], missing: '' });
    const missing = Buffer.of(1).toString('base64');
    assert.deepEqual(await put('a'), { unknownBlocks: [], missing });
    assert.deepEqual(await put('a', { tell: false }), { unknownBlocks: [], missing }, 'it is kept');
    const elsewhere = await put('a', { tell: false, app: 'other' });
    assert.deepEqual(elsewhere, { unknownBlocks: [0], missing: '' }, 'apps share nothing');
    for (const path of ['/etc/passwd', '../out', 'a/../../out', 'a\0b', 'x/'.repeat(80)]) {
      const { error } = await put(path);
      assert.deepEqual([error?.code, error?.details?.path], ['invalid_bundle', path]);
      assert.deepEqual(await put(path, { tell: false }), { unknownBlocks: [0], missing: '' }, 'nor kept');
    }
    assert.equal((await put('a', { app: 'none' })).error?.code, 'app_not_found');
  });

  it('shows itself, its apps and what is wrong', async (t) => {
    const { send, url, layout } = await startTestServer(t);
    await send('POST', '/v1/apps', { body: { name: 'shop' } });
    const status = (await send('GET', '/v1/status')).json as unknown as Status;
    assert.equal(status.platform.url, url);
    assert.equal(status.platform.pid, process.pid);
    assert.equal(status.platform.version, '1.2.3');
    assert.deepEqual(
      status.apps.map(({ name, status: how }) => [name, how]),
      [['shop', 'empty']],
    );
    // There is no edge in this test.
    assert.equal(status.platform.edgeUrl, null);
    assert.ok(status.problems.some(({ code }) => code === 'edge_unreachable'));
    assert.equal(status.healthy, false);

    const edge = createServer((_request, response) => {
      response.end(
        JSON.stringify({
          pid: 1,
          generation: 1,
          hostPort: 8080,
          inFlight: {},
          failedListeners: [{ appId: status.apps[0]?.id, port: 8100, error: 'EADDRINUSE' }],
        }),
      );
    }).listen(layout.edgeSocket);
    await once(edge, 'listening');
    t.after(() => edge.close());
    const later = (await send('GET', '/v1/status')).json as unknown as Status;
    assert.equal(later.platform.edgeUrl, 'http://localhost:8080');
    assert.deepEqual(
      later.problems.map(({ code, app }) => [code, app]),
      [['port_taken', 'shop']],
    );
  });

  it('answers for builds, deploys and releases that are not there', async (t) => {
    const { send, port } = await startTestServer(t);
    await send('POST', '/v1/apps', { body: { name: 'shop' } });
    const codeOf = async (path: string) => (await send('GET', path)).json.error?.code;
    assert.equal(await codeOf('/v1/apps/shop/releases/7'), 'release_not_found');
    assert.equal(await codeOf('/v1/apps/shop/releases/latest'), 'release_not_found');
    assert.equal(await codeOf('/v1/apps/none/releases'), 'app_not_found');
    assert.equal(await codeOf('/v1/builds/bld_00000000000000'), 'build_not_found');
    assert.equal(await codeOf('/v1/deploys/nope'), 'deploy_not_found');
    const connection = await connectClient(t, port);
    await assert.rejects(connection.open('deploy-events', { deploy: 'dep_00000000000000' }).accepted, {
      code: 'deploy_not_found',
    });
    await assert.rejects(connection.open('logs', { build: '../../x' }).accepted, { code: 'build_not_found' });
    await assert.rejects(connection.open('command', { app: 'shop', argv: ['ls'] }).accepted, {
      code: 'instance_not_found',
    });
  });

  it('serves its description', async (t) => {
    const { send } = await startTestServer(t);
    const { json } = await send('GET', '/v1/openapi.json');
    assert.equal(json.openapi, '3.1.0');
  });

  it('is the only one on its state', async (t) => {
    const first = await startTestServer(t);
    await assert.rejects(startTestServer(t, { rigHome: first.rigHome }), {
      code: /^(platform_start_failed|database_in_use)$/,
    });
    assert.equal((await first.send('GET', '/v1/version')).status, 200);
  });
});
