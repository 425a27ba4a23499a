import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import type { SupervisorRecord } from '@rig-ops/contract/supervisor';
import { resources } from '@rig-ops/kubernetes';
import { ClusterUser } from '../support/kubernetes/cluster-user.ts';
import { CutCluster } from '../support/kubernetes/cut-cluster.ts';
import { TestCluster } from '../support/kubernetes/test-cluster.ts';
import { isAlive, until } from '../support/rig.ts';

const cluster = await TestCluster.open();
const network = `ks-cut-${process.pid.toString(36)}`;
let user: ClusterUser;
let way: CutCluster;
before(async () => {
  user = await ClusterUser.start(cluster, 'outage');
  const kubeconfig = join(user.sources, 'cut.yaml');
  way = await CutCluster.open(cluster, kubeconfig);
  await user.json(['networks', 'create', network, '--engine', 'kubernetes', '--kubeconfig', kubeconfig]);
});
after(async () => {
  await user.run(['apps', 'destroy', 'lasting', '--yes']);
  await user.run(['networks', 'destroy', network, '--yes']);
  await user.close();
  await way.cut().catch(() => undefined);
  cluster.close();
});

const serving = `require('node:http').createServer((_, answer) => answer.end('v' + process.env.RIG_RELEASE)).listen(process.env.PORT, process.env.HOST);`;
const ask = async (url: string) => (await fetch(url, { signal: AbortSignal.timeout(10_000) })).text();
const labels = { 'rig.dev/network': network };
const pods = async () =>
  (await cluster.client.list(resources.pods, { labels }))
    .map(({ metadata, status }) => `${metadata?.uid} ${status?.containerStatuses?.[0]?.restartCount}`)
    .toSorted();
const namespaces = async () => await cluster.client.list(resources.namespaces, { labels });
const problems = async () => {
  const { problems: found } = await user.json<{ problems: { code: string; message: string }[] }>(['status']);
  return found.filter(({ code }) => code === 'engine_away' || code === 'network_left');
};
const states = async () => {
  const { instances } = await user.json<{ instances: { state: string }[] }>(['apps', 'info', 'lasting']);
  return instances.map(({ state }) => state);
};

test('while the API server is away apps run on, everybody is told, and nothing is doubled when it is back', async () => {
  const source = user.app('lasting', { 'server.js': serving }, '[processes]\nweb = "node server.js"\n');
  const manifest = join(source, 'rig.toml');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(user.network, network));
  const { url } = await user.json<{ url: string }>(['deploy', source, '--yes']);
  assert.equal(await ask(url), 'v1');
  const had = await pods();
  assert.deepEqual(await problems(), []);

  await way.cut();
  const [away] = await until('it to be told', async () => {
    const found = await problems();
    return found.length > 0 ? found : undefined;
  });
  assert.match(away?.message ?? '', /127\.0\.0\.1:\d+ does not answer/);
  const { problem } = await user.json<{ problem?: { fix: string } }>(['networks', 'info', network]);
  assert.match(problem?.fix ?? '', /kubectl/);
  writeFileSync(join(source, 'server.js'), `${serving}//2\n`);
  await user.fails(['deploy', source, '--yes'], 'cluster_unreachable', 8);
  await user.fails(['rollback', '--app', 'lasting'], 'release_not_found', 6);
  const { builds } = await user.json<{ builds: unknown[] }>(['builds', 'list', '--app', 'lasting']);
  assert.equal(builds.length, 1, 'it was built');
  await sleep(15_000);
  assert.deepEqual(await states(), ['running']);
  assert.deepEqual(await pods(), had);

  await way.mend();
  await until('it to be told as well', async () => (await problems()).length === 0, 60_000);
  await until('the app to answer', async () => (await ask(url).catch(() => '')) === 'v1', 60_000);
  assert.deepEqual(await states(), ['running']);
  assert.deepEqual(await pods(), had);
  await user.json(['deploy', source, '--yes']);
  assert.equal(await ask(url), 'v2');
  await until('one pod', async () => (await pods()).length === 1, 60_000);
});

test('a network that is destroyed while its cluster is away leaves nothing there, also over a restart', async () => {
  await user.json(['apps', 'destroy', 'lasting', '--yes']);
  assert.equal((await namespaces()).length, 1);
  await way.cut();
  await user.json(['networks', 'destroy', network, '--yes']);
  const [left] = await problems();
  assert.deepEqual([left?.code, left?.message.includes(network)], ['network_left', true]);
  await user.fails(
    ['networks', 'create', network, '--engine', 'kubernetes', '--kubeconfig', cluster.kubeconfig],
    'network_being_removed',
    7,
  );
  await user.fails(['networks', 'destroy', network, '--yes'], 'network_being_removed', 7);
  const { pid } = user.platformFile<SupervisorRecord>('supervisor.json');
  process.kill(pid, 'SIGKILL');
  await until('its end', () => !isAlive(pid));
  await until('the platform', async () => (await user.run(['platform', 'start'])).code === 0, 60_000);
  await way.mend();
  await until('the namespace to be gone', async () => (await namespaces()).length === 0, 90_000);
  await until('nothing to be told', async () => (await problems()).length === 0, 60_000);
  await user.json([
    'networks',
    'create',
    network,
    '--engine',
    'kubernetes',
    '--kubeconfig',
    cluster.kubeconfig,
  ]);
});
