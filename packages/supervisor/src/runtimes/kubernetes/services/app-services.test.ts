import assert from 'node:assert/strict';
import { beforeEach, it } from 'node:test';
import { RigError } from '@rig-ops/contract/errors';
import type { Service } from '@rig-ops/kubernetes';
import { until } from '../../../testing/until.ts';
import { MemoryCluster } from '../testing/memory-cluster.ts';
import { specOf } from '../testing/pod-fixtures.ts';
import { AppServices } from './app-services.ts';

let cluster: MemoryCluster;
let ready: Set<string>;
let services: AppServices;
/** How often somebody wanted to know whether a pod is ready. */
let asked: number;

const isReady = (uid: string) => {
  asked += 1;
  return ready.has(uid);
};
const make = () => new AppServices({ client: cluster.client, platform: 'p1', isReady, settleMs: 0 });
const leadsTo = () => {
  const service: Service | undefined = cluster.objects.get('services/shop');
  return service?.spec?.selector?.['rig.dev/release'];
};
const led = (release: number, uid: string) => ({ spec: specOf({ id: uid, release }), uid });

beforeEach(() => {
  cluster = new MemoryCluster();
  ready = new Set(['old', 'new']);
  services = make();
  asked = 0;
});

it('leads to the first release at once, and to the next one when rig says so', async () => {
  await services.ensure(specOf());
  assert.equal(leadsTo(), 'v1');
  await services.ensure(specOf({ release: 2 }));
  assert.equal(leadsTo(), 'v1', 'the pods of a release that is not live are reached by nobody');
  await services.lead([led(2, 'new')]);
  assert.equal(leadsTo(), 'v2');
  await services.ensure(specOf());
  assert.equal(leadsTo(), 'v2');
});

it('leads to both where they share the requests alike', async () => {
  await services.lead([led(1, 'old'), led(2, 'new')]);
  assert.equal(leadsTo(), undefined);
  assert.ok(cluster.objects.has('services/shop'));
  await services.lead([led(2, 'new')]);
  assert.equal(leadsTo(), 'v2');
});

it('does not turn to a pod that takes no requests yet', async () => {
  ready.delete('new');
  await services.ensure(specOf());
  const turned = services.lead([led(2, 'new')]);
  await until('it to look again', async () => asked > 1);
  assert.equal(leadsTo(), 'v1');
  ready.add('new');
  await turned;
  assert.equal(leadsTo(), 'v2');
});

it('turns to what was asked for last, whoever waits longer', async () => {
  await services.ensure(specOf());
  ready.delete('new');
  const first = services.lead([led(2, 'new')]);
  await services.lead([led(1, 'old'), led(3, 'old')]);
  ready.add('new');
  await first;
  assert.equal(leadsTo(), undefined);
});

it('what it leads to holds over a restart of the supervisor', async () => {
  await services.lead([led(2, 'new')]);
  services = make();
  await services.ensure(specOf({ release: 3 }));
  assert.equal(leadsTo(), 'v2');
});

it('one that the cluster did not take is asked for again', async () => {
  await services.ensure(specOf());
  const apply = cluster.apply.bind(cluster);
  cluster.apply = () => Promise.reject(new RigError('cluster_unreachable', 'away'));
  await assert.rejects(services.lead([led(2, 'new')]), { code: 'cluster_unreachable' });
  cluster.apply = apply;
  await services.lead([led(2, 'new')]);
  assert.equal(leadsTo(), 'v2');
});

it('is never taken from somebody else', async () => {
  cluster.objects.set('services/shop', { metadata: { name: 'shop', uid: 'theirs' } });
  await assert.rejects(services.ensure(specOf()), { code: 'cluster_conflict' });
  await assert.rejects(services.lead([led(1, 'old')]), { code: 'cluster_conflict' });
  assert.deepEqual(cluster.takeCalls(), []);
});

it('is forgotten with the app: the next one of the name begins anew', async () => {
  await services.lead([led(2, 'new')]);
  await services.remove('rig-team-p1', 'app_shop');
  await until('it to be gone', async () => !cluster.objects.has('services/shop'));
  await services.ensure(specOf({ release: 3 }));
  assert.equal(leadsTo(), 'v3');
});
