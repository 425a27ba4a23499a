import assert from 'node:assert/strict';
import { beforeEach, it } from 'node:test';
import type { Deployment } from '@rig-ops/kubernetes';
import { platformLabels } from '../objects/object-labels.ts';
import { preparePod } from '../objects/pod-preparation.ts';
import { conflictWith, MemoryCluster } from '../testing/memory-cluster.ts';
import { podSpecOf, specOf } from '../testing/pod-fixtures.ts';
import { WorkloadObjects } from './workload-objects.ts';

let cluster: MemoryCluster;
let objects: WorkloadObjects;
let told: string[];

beforeEach(() => {
  cluster = new MemoryCluster();
  told = [];
  objects = new WorkloadObjects({
    client: cluster.client,
    platform: 'p1',
    namespace: 'rig-team-p1',
    name: 'shop-web-v1',
    ensureNamespace: () => Promise.resolve(),
    doubtNamespace: () => undefined,
    preparationOf: ({ pod }, workload) => preparePod(pod, { image: 'rig:1', workload }),
    ensureService: () => Promise.resolve(),
    onUnserved: () => Promise.resolve(),
    tell: (_, line) => told.push(line),
  });
});

const replicasNow = () => (cluster.objects.get('deployments/shop-web-v1') as Deployment).spec?.replicas;

it('what pods need is there before the first of them, and goes with their Deployment', async () => {
  objects.want(specOf({ env: { A: '1' } }));
  await objects.scale(2);
  assert.deepEqual(
    cluster.calls.map(({ body, plural }) => [plural, (body as Deployment).spec?.replicas]),
    [
      ['deployments', 0],
      ['secrets', undefined],
      ['poddisruptionbudgets', undefined],
      ['deployments', 2],
    ],
  );
  const owned = cluster.calls.filter(({ plural }) => ['secrets', 'poddisruptionbudgets'].includes(plural));
  for (const { body } of owned) assert.equal(body?.metadata?.ownerReferences?.[0]?.uid, 'uid-shop-web-v1');
  cluster.takeCalls();
  await objects.scale(2);
  assert.deepEqual(cluster.takeCalls(), [], 'nothing is to be done');
  objects.want(specOf({ env: { A: '2' } }));
  await objects.scale(3);
  assert.deepEqual(cluster.takeCalls(), ['apply secrets/shop-web-v1-env', 'apply deployments/shop-web-v1']);
  // Somebody may have taken it away.
  objects.doubt();
  await objects.scale(3);
  assert.deepEqual(cluster.takeCalls(), ['apply poddisruptionbudgets/shop-web-v1']);
  await objects.removeAll();
  assert.deepEqual(cluster.takeCalls(), ['delete deployments/shop-web-v1']);
});

it('what was there before the supervisor keeps its environment: that is known to its Secret alone', async () => {
  objects.want(specOf());
  await objects.scale(1);
  const deployment = cluster.objects.get('deployments/shop-web-v1') as Deployment;
  cluster.takeCalls();
  const later = new WorkloadObjects({
    client: cluster.client,
    platform: 'p1',
    namespace: 'rig-team-p1',
    name: 'shop-web-v1',
    ensureNamespace: () => Promise.resolve(),
    doubtNamespace: () => undefined,
    preparationOf: ({ pod }, workload) => preparePod(pod, { image: 'rig:2', workload }),
    ensureService: () => Promise.resolve(),
    onUnserved: () => Promise.resolve(),
    tell: () => undefined,
  });
  later.adopt(specOf());
  later.seen(deployment);
  await later.scale(1);
  assert.deepEqual(cluster.takeCalls(), []);
  await later.scale(2);
  const [{ body }] = cluster.calls as unknown as [{ body: Deployment }];
  assert.equal(body.spec?.template.spec?.initContainers?.[0]?.image, 'rig:1');
  assert.deepEqual(cluster.takeCalls(), ['apply deployments/shop-web-v1']);
});

it('what somebody has changed is put back and told; who insists is left alone', async () => {
  objects.want(specOf());
  await objects.scale(1);
  for (let time = 0; time < 5; time += 1) {
    const now = cluster.objects.get('deployments/shop-web-v1') as Deployment;
    objects.seen({
      ...now,
      metadata: { ...now.metadata, generation: (now.metadata?.generation ?? 0) + 1 },
      spec: { ...now.spec, replicas: 7 } as Deployment['spec'],
    });
    cluster.refusal = conflictWith('kubectl', '.spec.replicas');
    await objects.scale(1);
  }
  assert.equal(replicasNow(), 1);
  const back = told.filter((line) => line.endsWith('rig has put it back'));
  assert.equal(back.length, 3);
  assert.match(told[0] ?? '', /^kubectl has set \.spec\.replicas of the Deployment shop-web-v1/);
  assert.equal(told.filter((line) => line.includes('again and again')).length, 1);
});

it('a Deployment of the same name that is not of this platform is not touched', async () => {
  for (const labels of [{}, platformLabels('p2')]) {
    cluster.objects.set('deployments/shop-web-v1', {
      metadata: { name: 'shop-web-v1', uid: 'u', labels: { ...labels } },
    });
    objects.want(specOf());
    await assert.rejects(objects.scale(1), { code: 'cluster_conflict' });
    assert.deepEqual(cluster.takeCalls(), []);
  }
});

it('what an app of the same name has left goes first', async () => {
  const labels = { ...platformLabels('p1'), 'rig.dev/app-id': 'app_before' };
  cluster.objects.set('deployments/shop-web-v1', { metadata: { name: 'shop-web-v1', uid: 'u', labels } });
  objects.want(specOf({ pod: podSpecOf({ service: false }) }));
  await objects.scale(1);
  assert.deepEqual(cluster.takeCalls().slice(0, 2), [
    'delete deployments/shop-web-v1',
    'apply deployments/shop-web-v1',
  ]);
});

it('what images are fetched with is there before a pod, is changed beside those that run, and no template for it', async () => {
  let keys: string | null = '{"auths":{"ghcr.io":{"auth":"one"}}}';
  const make = () =>
    new WorkloadObjects({
      client: cluster.client,
      platform: 'p1',
      namespace: 'rig-team-p1',
      name: 'shop-web-v1',
      ensureNamespace: () => Promise.resolve(),
      doubtNamespace: () => undefined,
      preparationOf: ({ pod }, workload) => preparePod(pod, { image: 'rig:1', workload, pullKeys: keys }),
      ensureService: () => Promise.resolve(),
      onUnserved: () => Promise.resolve(),
      tell: () => undefined,
    });
  const held = () => {
    const secret = cluster.objects.get('secrets/shop-web-v1-pull') as { data?: Record<string, string> };
    return Buffer.from(secret.data?.['.dockerconfigjson'] ?? '', 'base64').toString();
  };
  const first = make();
  first.want(specOf());
  await first.scale(1);
  assert.deepEqual(cluster.takeCalls().slice(0, 3), [
    'apply deployments/shop-web-v1',
    'apply secrets/shop-web-v1-pull',
    'apply secrets/shop-web-v1-env',
  ]);
  assert.equal(held(), keys);
  await first.scale(1);
  assert.deepEqual(cluster.takeCalls(), []);
  keys = '{"auths":{"ghcr.io":{"auth":"two"}}}';
  await first.scale(1);
  assert.deepEqual(cluster.takeCalls(), ['apply secrets/shop-web-v1-pull']);
  assert.equal(held(), keys);
  const deployment = cluster.objects.get('deployments/shop-web-v1') as Deployment;
  // Taken back, while no supervisor was there.
  keys = null;
  const later = make();
  later.adopt(specOf());
  later.seen(deployment);
  await later.scale(2);
  assert.equal(held(), '{"auths":{}}');
  const now = cluster.objects.get('deployments/shop-web-v1') as Deployment;
  assert.deepEqual(now.spec?.template, deployment.spec?.template);
});

it('pods that were made without credentials are not started anew when there are some', async () => {
  let pullKeys: string | null = null;
  const made = new WorkloadObjects({
    client: cluster.client,
    platform: 'p1',
    namespace: 'rig-team-p1',
    name: 'shop-web-v1',
    ensureNamespace: () => Promise.resolve(),
    doubtNamespace: () => undefined,
    preparationOf: ({ pod }, workload) => preparePod(pod, { image: 'rig:1', workload, pullKeys }),
    ensureService: () => Promise.resolve(),
    onUnserved: () => Promise.resolve(),
    tell: () => undefined,
  });
  made.want(specOf());
  await made.scale(1);
  const { template } = (cluster.objects.get('deployments/shop-web-v1') as Deployment).spec ?? {};
  pullKeys = '{"auths":{"ghcr.io":{"auth":"one"}}}';
  cluster.takeCalls();
  await made.scale(2);
  assert.deepEqual(cluster.takeCalls(), ['apply deployments/shop-web-v1']);
  assert.deepEqual((cluster.objects.get('deployments/shop-web-v1') as Deployment).spec?.template, template);
});
