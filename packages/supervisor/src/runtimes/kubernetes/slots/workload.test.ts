import assert from 'node:assert/strict';
import { it } from 'node:test';
import { RigError } from '@rig-ops/contract/errors';
import { createLog } from '../../../log.ts';
import { until } from '../../../testing/until.ts';
import { preparePod } from '../objects/pod-preparation.ts';
import { MemoryCluster } from '../testing/memory-cluster.ts';
import { running, specOf } from '../testing/pod-fixtures.ts';
import type { SlotListener } from './slot-listener.ts';
import { Workload } from './workload.ts';
import { WorkloadObjects } from './workload-objects.ts';

const silent: SlotListener = {
  bound: () => undefined,
  waits: () => undefined,
  running: () => undefined,
  leaving: () => undefined,
  ended: () => undefined,
};

function make(cluster: MemoryCluster) {
  let isEmpty = false;
  const objects = new WorkloadObjects({
    client: cluster.client,
    platform: 'p1',
    namespace: 'rig-team-p1',
    name: 'shop-web-v1',
    ensureNamespace: () => Promise.resolve(),
    doubtNamespace: () => undefined,
    preparationOf: ({ pod }, workload) => preparePod(pod, { image: null, workload }),
    ensureService: () => Promise.resolve(),
    onUnserved: () => Promise.resolve(),
    tell: () => undefined,
  });
  const workload = new Workload({
    objects,
    isKnown: () => true,
    marks: () => true,
    onEmpty: () => {
      isEmpty = true;
    },
    log: createLog({ write: () => true }),
  });
  return { workload, isEmpty: () => isEmpty, replicas: () => objects.replicas };
}

it('a start that the cluster refuses leaves no slot, and the next one is made anew', async () => {
  const cluster = new MemoryCluster();
  const { workload, isEmpty } = make(cluster);
  cluster.refusal = new RigError('cluster_rejected', 'The cluster says: no.');
  await assert.rejects(workload.claim(specOf(), silent), { code: 'cluster_rejected' });
  await until('it to be empty', async () => isEmpty());
  workload.close();
  const again = make(cluster);
  await again.workload.claim(specOf(), silent);
  assert.equal(again.replicas(), 1);
  again.workload.close();
});

it('many that come at once are one call, and a pass that failed is made up for by itself', async () => {
  const cluster = new MemoryCluster();
  const { workload, replicas } = make(cluster);
  await Promise.all(
    ['a', 'b', 'c'].map(async (id, index) => {
      await workload.claim(specOf({ id, name: `web.${index + 1}` }), silent);
    }),
  );
  assert.equal(replicas(), 3);
  for (const uid of ['p', 'q', 'r']) workload.podChanged(running(uid));
  cluster.refusal = new RigError('cluster_busy', 'The cluster says: wait.');
  workload.leave('a', 1_000);
  await until('two to be left', async () => replicas() === 2);
  workload.close();
});
