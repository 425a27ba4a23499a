import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RigError } from '@rig-ops/contract/errors';
import { openDatabase } from '../../store/database.ts';
import { startTestServer } from '../../testing/start-test-server.ts';
import { SqlBindingStore } from '../access/sql-binding-store.ts';
import { SqlUserStore } from '../access/sql-user-store.ts';
import { SqlAppStore } from '../apps/sql-app-store.ts';
import { SqlNetworkStore } from './sql-network-store.ts';
import { networkOf } from './testing/network-of.ts';

const at = '2026-01-02T03:04:05.678Z';
const app = (name: string, network: string) => ({ id: `app_${name}`, name, network, createdAt: at });

describe('SqlNetworkStore', () => {
  it('keeps the default network and others, by name, each once', async () => {
    const networks = new SqlNetworkStore(await openDatabase(':memory:'));
    for (const name of ['staging', 'a']) await networks.create(networkOf(name));
    assert.deepEqual(
      (await networks.list()).map(({ name }) => name),
      ['a', 'default', 'staging'],
    );
    await assert.rejects(networks.create(networkOf('a')), {
      code: 'network_exists',
    });
    assert.equal(await networks.get('none'), undefined);
    await assert.rejects(networks.remove('none'), { code: 'network_not_found' });
  });

  it('is not removed while an app is in it, and takes no app once it is gone', async () => {
    const db = await openDatabase(':memory:');
    const [networks, apps] = [new SqlNetworkStore(db), new SqlAppStore(db)];
    await assert.rejects(apps.create(app('shop', 'staging')), { code: 'network_not_found' });
    await networks.create(networkOf('staging'));
    await apps.create(app('shop', 'staging'));
    await assert.rejects(networks.remove('staging'), { code: 'network_not_empty', message: /shop/ });
    await apps.markDestroying('app_shop', at);
    await assert.rejects(networks.remove('staging'), { code: 'network_not_empty' });
    await apps.remove('app_shop');
    await networks.remove('staging');
    await assert.rejects(apps.create(app('shop', 'staging')), { code: 'network_not_found' });
  });

  it('follows the engine of the platform as long as it is empty', async () => {
    const db = await openDatabase(':memory:');
    const [networks, apps] = [new SqlNetworkStore(db), new SqlAppStore(db)];
    await networks.create(networkOf('staging'));
    await networks.create(networkOf('own', { engine: 'process', follows: false }));
    await apps.create(app('kept', 'own'));
    const enginesNow = async () => (await networks.list()).map(({ engine }) => engine);
    await networks.follow('docker');
    assert.deepEqual(await enginesNow(), ['docker', 'process', 'docker']);
    await apps.create(app('shop', 'staging'));
    await networks.follow('docker');
    await assert.rejects(networks.follow('process'), { code: 'engine_in_use', message: /docker.*: shop\.$/ });
    assert.deepEqual(await enginesNow(), ['docker', 'process', 'docker']);
  });

  it('a network of the same name has none of the roles of the one before', async () => {
    const db = await openDatabase(':memory:');
    const networks = new SqlNetworkStore(db);
    const [users, bindings] = [new SqlUserStore(db), new SqlBindingStore(db)];
    await users.create({
      id: 'usr_1',
      name: 'bob',
      kind: 'user',
      createdAt: at,
      createdBy: 'ann',
      disabledAt: null,
    });
    const bind = (id: string, network: string) =>
      bindings.add({
        id,
        userId: 'usr_1',
        role: 'viewer',
        scope: { kind: 'network', network },
        createdAt: at,
        createdBy: 'ann',
      });
    await networks.create(networkOf('staging'));
    await bind('bnd_1', 'staging');
    await bind('bnd_2', 'default');
    assert.deepEqual(await networks.remove('staging'), ['usr_1']);
    // As somebody may who looked for the network before it was removed.
    await bind('bnd_3', 'staging');
    // Nothing is left of it on what it ran on.
    await db.deleteFrom('network_removals').execute();
    await networks.create(networkOf('staging'));
    assert.deepEqual(
      (await bindings.listOf('usr_1')).map(({ id }) => id),
      ['bnd_2'],
    );
  });
});

it('networks are created, filled, shown, emptied and removed', async (test) => {
  const { send } = await startTestServer(test);
  const json = async (method: string, path: string, body?: object) => {
    const answer = await send(method, path, body === undefined ? {} : { body });
    return [answer.status, answer.json] as const;
  };
  const codeOf = ([status, body]: Awaited<ReturnType<typeof json>>) => [status, body.error?.code];
  const [created, network] = await json('POST', '/v1/networks', { name: 'staging' });
  assert.equal(created, 201);
  assert.deepEqual(
    { ...network, createdAt: '' },
    {
      name: 'staging',
      apps: 0,
      engine: 'fake',
      cluster: null,
      discovery: 'variables',
      isolated: false,
      createdAt: '',
      createdBy: 'ann',
    },
  );
  assert.deepEqual(codeOf(await json('POST', '/v1/apps', { name: 'shop', network: 'none' })), [
    404,
    'network_not_found',
  ]);
  const [, shop] = await json('POST', '/v1/apps', { name: 'shop', network: 'staging' });
  assert.equal(shop.network, 'staging');
  assert.deepEqual((await json('GET', '/v1/networks/staging'))[1].members, ['shop']);
  assert.deepEqual(codeOf(await json('DELETE', '/v1/networks/staging')), [409, 'network_not_empty']);
  assert.deepEqual(codeOf(await json('DELETE', '/v1/networks/default')), [409, 'network_default']);
  const drain = { name: 'otel', target: 'network/staging', url: 'http://127.0.0.1:9/', allowPrivate: true };
  assert.equal((await json('POST', '/v1/drains', drain))[0], 201);
  await json('DELETE', '/v1/apps/shop');
  assert.equal((await json('DELETE', '/v1/networks/staging'))[0], 200);
  assert.deepEqual(codeOf(await json('GET', '/v1/networks/staging')), [404, 'network_not_found']);
  assert.deepEqual((await json('GET', '/v1/drains'))[1].drains, []);
});

it('a network is created for an engine that the platform has, and for no other', async (test) => {
  const { send } = await startTestServer(test);
  const create = async (body: object) => (await send('POST', '/v1/networks', { body })).json;
  assert.equal((await create({ name: 'one', engine: 'fake' })).engine, 'fake');
  const { error } = await create({ name: 'two', engine: 'kubernetes', kubeconfig: 'secret' });
  assert.deepEqual([error?.code, error?.hint], ['engine_not_available', 'It has fake.']);
  const useless = await create({ name: 'two', kubeconfig: 'secret' });
  assert.equal(useless.error?.code, 'invalid_input');
  const audited = JSON.stringify((await send('GET', '/v1/audit?limit=100')).json);
  assert.match(audited, /"engine":"fake"/);
  assert.doesNotMatch(audited, /secret/);
  assert.equal((await send('GET', '/v1/networks/two')).status, 404);
});

it('what is left of a network may be removed again, or given up', async (test) => {
  const { send, engine } = await startTestServer(test);
  const statusOf = async (method: string, path: string, body?: object) =>
    (await send(method, path, body === undefined ? {} : { body })).status;
  engine.forgetNetwork = () => Promise.reject(new RigError('cluster_unreachable', 'It does not answer.'));
  for (const way of ['', '?abandon=1']) {
    assert.equal(await statusOf('POST', '/v1/networks', { name: 'prod' }), 201);
    assert.equal(await statusOf('DELETE', '/v1/networks/prod'), 200);
    assert.equal(await statusOf('GET', '/v1/networks/prod'), 404);
    assert.equal(await statusOf('POST', '/v1/networks', { name: 'prod' }), 409);
    assert.equal(await statusOf('DELETE', '/v1/networks/prod'), 409);
    if (way === '') engine.forgetNetwork = () => Promise.resolve();
    assert.equal(await statusOf('DELETE', `/v1/networks/prod${way}`), 200);
    assert.equal(await statusOf('DELETE', '/v1/networks/prod'), 404);
    engine.forgetNetwork = () => Promise.reject(new RigError('cluster_unreachable', 'It does not answer.'));
  }
});
