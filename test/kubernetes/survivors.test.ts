import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { PlatformRecord, SupervisorRecord } from '@rig-ops/contract/supervisor';
import { resources } from '@rig-ops/kubernetes';
import { ClusterUser, RUN_IMAGE } from '../support/kubernetes/cluster-user.ts';
import { TestCluster } from '../support/kubernetes/test-cluster.ts';
import { isAlive, until } from '../support/rig.ts';
import { summarise } from '../support/zero-downtime/judge.ts';
import { proveZeroDowntime } from '../support/zero-downtime/prove.ts';

const cluster = await TestCluster.open();
let user: ClusterUser;
before(async () => {
  user = await ClusterUser.start(cluster, 'survive');
});
after(async () => {
  await user.close();
  cluster.close();
});

const serving = `
let count = 0;
setInterval(() => console.log('count ' + (count += 1)), 50);
require('node:http').createServer((_, answer) => answer.end('up ' + process.env.RIG_RELEASE)).listen(process.env.PORT, process.env.HOST);
`;
const ask = async (url: string) => (await fetch(url, { signal: AbortSignal.timeout(10_000) })).text();
const pods = async () =>
  (
    await cluster.client.list(resources.pods, {
      namespace: await user.requireNamespace(),
      labels: { 'rig.dev/app': 'lasting' },
    })
  )
    .map(({ metadata, status }) => `${metadata?.uid} ${status?.containerStatuses?.[0]?.restartCount}`)
    .toSorted();
const countsOf = async (app: string) => {
  const { stdout } = await user.run(['logs', 'app', app, '--no-prefix', '--tail', '100000']);
  return [...stdout.matchAll(/^count (\d+)$/gm)].map(([, count]) => Number(count));
};
/** One after the other from the first to the last of them. */
const assertWhole = (counts: readonly number[]) =>
  assert.deepEqual(
    counts,
    counts.map((_, index) => index + (counts[0] ?? 0)),
  );

test('no request fails and no WebSocket is cut over deploys and rollbacks', async (t) => {
  const { report, faults } = await proveZeroDowntime(user, {
    deploys: 2,
    rollbacks: 1,
    drainSeconds: 2,
    manifest: `network = "${user.network}"\n[run]\nimage = "${RUN_IMAGE}"`,
  });
  t.diagnostic(summarise(report));
  assert.deepEqual(faults, []);
  await user.json(['apps', 'destroy', 'steady', '--yes']);
});

test('kill -9 of rigd: the app serves on, nothing is started anew, no line is lost', async () => {
  const source = user.app('lasting', { 'server.js': serving }, '[processes]\nweb = "node server.js"\n');
  const { url } = await user.json<{ url: string }>(['deploy', source, '--yes']);
  const had = await pods();
  let failed = 0;
  let answered = 0;
  const ended = new AbortController();
  const client = (async () => {
    while (!ended.signal.aborted)
      await ask(url).then(
        () => (answered += 1),
        () => (failed += 1),
      );
  })();
  await until('requests', () => answered > 20);
  const { pid } = user.platformFile<PlatformRecord>('platform.json');
  process.kill(pid, 'SIGKILL');
  await until('another rigd', async () => {
    const record = user.platformFile<PlatformRecord>('platform.json');
    return record.pid !== pid && (await fetch(`${record.url}/v1/version`)).ok;
  });
  const seen = answered;
  await until('more requests', () => answered > seen + 20);
  ended.abort();
  await client;
  assert.equal(failed, 0);
  assert.deepEqual(await pods(), had);
  assertWhole(await countsOf('lasting'));
});

test('kill -9 of the supervisor: the pods run on, and the next one takes them over', async () => {
  const had = await pods();
  const { url } = await user.json<{ url: string }>(['apps', 'info', 'lasting']);
  const { pid } = user.platformFile<SupervisorRecord>('supervisor.json');
  process.kill(pid, 'SIGKILL');
  await until('its end', () => !isAlive(pid));
  // As a person would: the next command starts it again.
  await until(
    'the app to answer again',
    async () => {
      await user.run(['platform', 'start']);
      return (await ask(url)).startsWith('up ');
    },
    60_000,
  );
  assert.deepEqual(await pods(), had);
  const before = (await countsOf('lasting')).length;
  await until('more lines', async () => (await countsOf('lasting')).length > before + 20, 60_000);
  assertWhole(await countsOf('lasting'));
});

test('what ends while the platform is away is found and replaced when it is back', async () => {
  const namespace = await user.requireNamespace();
  const { url } = await user.json<{ url: string }>(['apps', 'info', 'lasting']);
  const { pid } = user.platformFile<SupervisorRecord>('supervisor.json');
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  await until('its end', () => !isAlive(pid));
  const [pod] = await cluster.client.list(resources.pods, {
    namespace,
    labels: { 'rig.dev/app': 'lasting' },
  });
  await cluster.client.delete(resources.pods, { namespace, name: pod?.metadata?.name ?? '' });
  await user.run(['platform', 'start']);
  await until('the app to answer again', async () => (await ask(url)).startsWith('up '), 60_000);
  const { instances } = await user.json<{ instances: { state: string }[] }>(['apps', 'info', 'lasting']);
  assert.deepEqual(
    instances.map(({ state }) => state),
    ['running'],
  );
  await until('one pod', async () => (await pods()).length === 1, 60_000);
});
