import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { resources } from '@rig-ops/kubernetes';
import { ClusterUser } from '../support/kubernetes/cluster-user.ts';
import { TestCluster } from '../support/kubernetes/test-cluster.ts';
import { until } from '../support/rig.ts';

const cluster = await TestCluster.open();
let users: ClusterUser[] = [];
before(async () => {
  users = [await ClusterUser.start(cluster, 'twin'), await ClusterUser.start(cluster, 'twin')];
});
after(async () => {
  const [first, second] = users;
  await second?.close();
  // The first has none any more, and would take a namespace that is still ending for its own.
  const labels = { 'rig.dev/network': second?.network ?? '' };
  await until(
    'the namespaces to be gone',
    async () => (await cluster.client.list(resources.namespaces, { labels })).length === 0,
    90_000,
  );
  await first?.close();
  cluster.close();
});

const servingAs = (who: string) =>
  `require('node:http').createServer((_, answer) => answer.end('of ${who}')).listen(process.env.PORT, process.env.HOST);`;
const web = '[processes]\nweb = "node server.js"\n';
const ask = async (url: string) => (await fetch(url, { signal: AbortSignal.timeout(10_000) })).text();

const deploy = async (user: ClusterUser, who: string) => {
  const source = user.app('shop', { 'server.js': servingAs(who) }, web);
  return (await user.json<{ url: string }>(['deploy', source, '--yes'])).url;
};

test('two platforms with networks and apps of the same names are kept apart on one cluster', async () => {
  const [first, second] = users as [ClusterUser, ClusterUser];
  assert.equal(first.network, second.network);
  const urls = [await deploy(first, 'the first'), await deploy(second, 'the second')] as const;
  assert.deepEqual(await Promise.all(urls.map(ask)), ['of the first', 'of the second']);
  const labels = { 'rig.dev/network': first.network };
  const namespaces = async () =>
    (await cluster.client.list(resources.namespaces, { labels }))
      .filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
      .map(({ metadata }) => metadata?.labels?.['rig.dev/platform']);
  const platforms = await namespaces();
  assert.equal(new Set(platforms).size, 2);

  await first.json(['apps', 'destroy', 'shop', '--yes']);
  await first.json(['networks', 'destroy', first.network, '--yes']);
  assert.equal(await ask(urls[1]), 'of the second');
  const [left, ...others] = await namespaces();
  assert.ok(left !== undefined && others.length === 0, 'one of them is left');
  assert.equal((await second.json<{ status: string }>(['apps', 'info', 'shop'])).status, 'running');
});
