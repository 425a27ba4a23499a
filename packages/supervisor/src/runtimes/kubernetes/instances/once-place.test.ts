import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Cluster } from '../cluster.ts';
import { onceName } from '../objects/object-names.ts';
import { preparePod } from '../objects/pod-preparation.ts';
import type { SlotListener } from '../slots/slot-listener.ts';
import { MemoryCluster } from '../testing/memory-cluster.ts';
import { podSpecOf, specOf } from '../testing/pod-fixtures.ts';
import { OncePlace } from './once-place.ts';

const listening = () => {
  const told: (string | null)[] = [];
  const listener: SlotListener = {
    bound: () => undefined,
    waits: () => undefined,
    running: () => undefined,
    leaving: () => undefined,
    ended: ({ startError }) => told.push(startError),
  };
  return { listener, told };
};

const clusterOf = (memory: MemoryCluster) =>
  ({
    client: memory.client,
    namespaces: { ensure: () => Promise.resolve(), doubt: () => undefined },
    requireKnown: () => Promise.resolve(),
    follow: () => undefined,
    followPods: () => undefined,
    unfollowPods: () => undefined,
  }) as unknown as Cluster;

const artifact = { url: 'http://rig:1', key: 'k', sha256: 'ab', bytes: 5, authority: null };
const spec = specOf({ process: 'release', pod: podSpecOf({ artifact, once: true }) });
const name = onceName(spec.app, spec.process, spec.id);
const preparationOf = (_: unknown, workload: string) =>
  preparePod({ artifact }, { image: 'rig:1', workload, pullKeys: '{"auths":{}}' });

it('the pod of a Job is made once all is there that it needs: none finds its Secret missing', async () => {
  const memory = new MemoryCluster();
  await new OncePlace(clusterOf(memory), preparationOf).claim(spec, listening().listener);
  assert.partialDeepStrictEqual(memory.calls[0]?.body, { spec: { parallelism: 0 } });
  assert.deepEqual(memory.takeCalls(), [
    `create jobs/${name}`,
    `apply secrets/${name}-files`,
    `apply secrets/${name}-pull`,
    `apply secrets/${name}-env`,
    `merge jobs/${name}`,
  ]);
});

it('one that somebody has had enough of meanwhile is not begun', async () => {
  const memory = new MemoryCluster();
  const place = new OncePlace(clusterOf(memory), preparationOf);
  const create = memory.create.bind(memory);
  memory.create = async (...what) => {
    place.leave(spec.id, 0);
    return await create(...what);
  };
  await place.claim(spec, listening().listener);
  assert.ok(!memory.takeCalls().includes(`merge jobs/${name}`));
});

it('one that was cut off before it began is told as such, and one that began is not', async () => {
  for (const [parallelism, expected] of [
    [0, ['it was cut off before its pod was made']],
    [1, []],
  ] as const) {
    const memory = new MemoryCluster();
    memory.objects.set(`jobs/${name}`, { metadata: { name }, spec: { parallelism } } as never);
    const { listener, told } = listening();
    const state = { state: 'starting', binding: null, graceMs: null } as const;
    new OncePlace(clusterOf(memory), preparationOf).adopt(spec, state, listener);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(told, [...expected]);
  }
});
