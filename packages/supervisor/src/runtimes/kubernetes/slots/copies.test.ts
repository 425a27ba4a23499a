import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { ended, podOf, running } from '../testing/pod-fixtures.ts';
import { Copies, HOLD_MS } from './copies.ts';
import { planCopies } from './plan-copies.ts';
import type { SlotListener } from './slot-listener.ts';

let copies: Copies;
let told: string[];

const listener = (id: string): SlotListener => ({
  bound: ({ uid, run }) => told.push(`${id} bound ${uid}/${run}`),
  waits: (why) => {
    if (why !== null) told.push(`${id} waits: ${why}`);
  },
  running: () => told.push(`${id} running`),
  leaving: () => told.push(`${id} leaving`),
  ended: ({ exitCode, startError, note }) => told.push(`${id} ended ${startError ?? note ?? exitCode}`),
});
const claim = (id: string, name = 'web.1') => copies.claim(id, name, listener(id));
const replicas = (marks = true) => planCopies(copies.slots, copies.pods, marks).replicas;
const takeTold = (): string[] => told.splice(0);

beforeEach(() => {
  told = [];
  copies = new Copies(() => ({ image: 'shop:1', program: 'node' }));
});

describe('a copy', () => {
  it('of an earlier supervisor has not ended because its pod was not looked for yet', () => {
    let isKnown = false;
    copies = new Copies(
      () => ({ image: 'shop:1', program: 'node' }),
      () => isKnown,
    );
    const binding = { pod: 'p', uid: 'p', run: 0 };
    copies.adopt({ instance: 'a', name: 'web.1', listener: listener('a'), state: 'running', binding });
    // The cluster tells of its Deployments before it tells of its pods.
    copies.deploymentChanged(null);
    assert.deepEqual(takeTold(), []);
    isKnown = true;
    copies.podChanged(running('p'));
    assert.deepEqual(takeTold(), []);
    copies.podGone(running('p'));
    assert.deepEqual(takeTold(), ['a leaving', 'a ended null']);
  });

  it('is bound to a pod, runs, ends, and its successor is the next run of the same pod', () => {
    claim('a');
    assert.equal(replicas(), 1);
    copies.podChanged(podOf('p'));
    copies.podChanged(running('p'));
    copies.podChanged(ended('p', 7));
    assert.deepEqual(takeTold(), ['a bound p/0', 'a running', 'a ended 7']);
    assert.equal(replicas(), 1, 'it is held');
    // The kubelet has started it again before anybody came.
    copies.podChanged(running('p', 1));
    assert.deepEqual(takeTold(), []);
    copies.forget('a');
    claim('b');
    assert.deepEqual(takeTold(), ['b bound p/1', 'b running']);
    assert.equal(replicas(), 1);
  });

  it('that ended twice while nobody looked is told once, by what is known', () => {
    claim('a');
    copies.podChanged(running('p'));
    takeTold();
    copies.podChanged(
      podOf('p', { run: { number: 2, begun: true, before: { exitCode: 3, reason: 'Error', message: '' } } }),
    );
    assert.deepEqual(takeTold(), ['a ended null']);
  });

  it('is told by the run before, where the kubelet was faster', () => {
    claim('a');
    copies.podChanged(running('p'));
    takeTold();
    copies.podChanged(
      podOf('p', { run: { number: 1, begun: true, before: { exitCode: 3, reason: 'Error', message: '' } } }),
    );
    assert.deepEqual(takeTold(), ['a ended 3']);
    // What runs there now is nobody's until somebody comes.
    copies.forget('a');
    claim('b');
    assert.deepEqual(takeTold(), ['b bound p/1', 'b running']);
  });

  it('takes another pod when its own goes before it ran', () => {
    claim('a');
    copies.podChanged(podOf('p'));
    copies.podChanged(podOf('p', { leaving: true }));
    copies.podChanged(podOf('q', { createdAt: 1 }));
    copies.podGone(podOf('p', { leaving: true }));
    copies.podChanged(running('q'));
    assert.deepEqual(takeTold(), ['a bound p/0', 'a bound q/0', 'a running']);
  });

  it('whose pod somebody else ends is told as leaving, then as ended with its code', () => {
    claim('a');
    copies.podChanged(running('p'));
    copies.podChanged(running('p', 0, { leaving: true }));
    copies.podGone({ ...ended('p', 143), leaving: true });
    assert.deepEqual(takeTold(), ['a bound p/0', 'a running', 'a leaving', 'a ended 143']);
    // Another pod is there in its place already.
    copies.podChanged(running('q'));
    copies.forget('a');
    claim('b');
    assert.deepEqual(takeTold(), ['b bound q/0', 'b running']);
  });

  it('whose pod is gone without a word has ended in a way that nobody saw', () => {
    claim('a');
    copies.podChanged(running('p'));
    takeTold();
    copies.podGone(running('p'));
    assert.deepEqual(takeTold(), ['a leaving', 'a ended null']);
  });

  it('says why the cluster has put its pod out', () => {
    claim('a');
    copies.podChanged(running('p'));
    takeTold();
    copies.podChanged(podOf('p', { over: true, removal: { reason: 'Evicted', message: 'memory' } }));
    assert.match(takeTold()[0] ?? '', /node had too little of what it needs.*memory/);
  });
});

describe('what a person has asked for', () => {
  it('a copy that leaves is one less at once, and is told when its pod has ended', () => {
    claim('a');
    claim('b', 'web.2');
    copies.podChanged(running('p'));
    copies.podChanged(running('q', 0, { createdAt: 1 }));
    takeTold();
    copies.leave('a', 5);
    const plan = planCopies(copies.slots, copies.pods, true);
    assert.deepEqual(
      [plan.replicas, plan.first, plan.remove.map(({ pod, graceSeconds }) => [pod.uid, graceSeconds])],
      [1, 'scale', [['p', 5]]],
    );
    assert.equal(planCopies(copies.slots, copies.pods, false).first, 'remove');
    copies.podGone(ended('p', 143));
    assert.deepEqual(takeTold(), ['a ended 143']);
    assert.deepEqual(
      copies.slots.map(({ instance }) => instance),
      ['b'],
    );
  });

  it('pods that are not ready would be ended first, whatever is marked', () => {
    claim('a');
    claim('b', 'web.2');
    copies.podChanged(running('p'));
    copies.podChanged(podOf('q', { createdAt: 1 }));
    copies.leave('a', 5);
    assert.equal(planCopies(copies.slots, copies.pods, true).first, 'remove');
  });

  it('one whose program never ran is over as soon as its pod is asked to go', () => {
    claim('a');
    copies.podChanged(podOf('p'));
    copies.leave('a', 5);
    assert.deepEqual(takeTold(), ['a bound p/0']);
    copies.podChanged(podOf('p', { leaving: true }));
    assert.deepEqual(takeTold(), ['a ended null']);
  });

  it('all of them leave at once, whichever is ended first', () => {
    claim('a');
    claim('b', 'web.2');
    copies.podChanged(running('p'));
    copies.podChanged(running('q'));
    copies.leave('a', 5);
    copies.leave('b', 5);
    const { replicas: left, first } = planCopies(copies.slots, copies.pods, false);
    assert.deepEqual([left, first], [0, 'scale']);
  });

  it('one that never had a pod is gone at once', () => {
    claim('a');
    copies.leave('a', 5);
    assert.deepEqual([takeTold(), replicas()], [['a ended null'], 0]);
  });

  it('a wrong pod that the cluster has ended in place of the one that leaves is replaced', () => {
    claim('a');
    claim('b', 'web.2');
    copies.podChanged(running('p'));
    copies.podChanged(podOf('q', { createdAt: 1 }));
    takeTold();
    copies.leave('a', 5);
    copies.podGone(podOf('q'));
    copies.podGone(ended('p', 143));
    copies.podChanged(running('r'));
    assert.deepEqual(takeTold(), ['a ended 143', 'b bound r/0', 'b running']);
    assert.equal(replicas(), 1);
  });

  it('a held copy is let go when nobody comes for it', () => {
    claim('a');
    copies.podChanged(running('p'));
    copies.podChanged(ended('p', 1));
    copies.podChanged(running('p', 1));
    copies.forget('a');
    assert.ok((copies.untilExpiry(performance.now()) ?? 0) > 0);
    assert.equal(replicas(), 1);
    copies.expire(performance.now() + HOLD_MS);
    assert.equal(copies.untilExpiry(performance.now()), null);
    const plan = planCopies(copies.slots, copies.pods, true);
    assert.deepEqual([plan.replicas, plan.remove.map(({ pod }) => pod.uid)], [0, ['p']]);
    copies.podGone(ended('p', 143, 1));
    assert.deepEqual(copies.slots, []);
  });

  it('an instance that has ended and is stopped is not held', () => {
    claim('a');
    copies.podChanged(ended('p', 1));
    copies.leave('a', 5);
    assert.equal(replicas(), 0);
  });
});

describe('what cannot be run', () => {
  it('an image that is not there ends the start, and the pod is taken on by whoever comes next', () => {
    claim('a');
    const wait = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "shop:1"' };
    copies.podChanged(podOf('p', { wait: { ...wait, reason: 'ErrImagePull' } }));
    assert.match(takeTold().join(), /^a bound p\/0,a waits: the image shop:1 could not be fetched/);
    copies.podChanged(podOf('p', { wait }));
    assert.match(takeTold().join(), /^a ended the image shop:1 cannot be fetched: Back-off/);
    copies.forget('a');
    copies.podChanged(podOf('p'));
    claim('b');
    copies.podChanged(running('p'));
    assert.deepEqual(takeTold(), ['b bound p/0', 'b running']);
  });

  it('no room is waited for', () => {
    claim('a');
    copies.podChanged(
      podOf('p', {
        wait: { reason: 'Unschedulable', message: '0/1 nodes are available: 1 Insufficient cpu.' },
      }),
    );
    assert.match(takeTold().join(), /waits: no node of the cluster has room for it: 0\/1 nodes/);
    assert.equal(copies.slots[0]?.state, 'starting');
  });
});

it('copies of an earlier supervisor that no record knows are held for a moment', () => {
  claim('a');
  copies.holdUnknown(3);
  assert.equal(replicas(), 3);
  copies.expire(performance.now() + HOLD_MS);
  assert.equal(replicas(), 1);
});

it('whatever happens in whatever order, no two instances have one run of a pod, and none is told after its end', () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  for (let round = 0; round < 300; round += 1) {
    copies = new Copies(() => ({ image: 'shop:1', program: 'node' }));
    const pods = new Map<string, ReturnType<typeof podOf>>();
    const over = new Set<string>();
    const owners = new Map<string, string>();
    let next = 0;
    const watch = (id: string): SlotListener => {
      let has = '';
      return {
        bound: ({ uid, run }) => {
          assert.ok(!over.has(id));
          has = `${uid}/${run}`;
        },
        waits: () => assert.ok(!over.has(id)),
        running: () => {
          assert.ok(!over.has(id));
          assert.equal(owners.get(has) ?? id, id, `${has} has two owners`);
          owners.set(has, id);
        },
        leaving: () => assert.ok(!over.has(id)),
        ended: () => {
          assert.ok(!over.has(id));
          over.add(id);
        },
      };
    };
    const live = new Set<string>();
    for (let step = 0; step < 60; step += 1) {
      const ids = [...live];
      const id = ids[random(ids.length)];
      const uids = [...pods.keys()];
      const uid = uids[random(uids.length)];
      const pod = uid === undefined ? undefined : pods.get(uid);
      const put = (view: ReturnType<typeof podOf>) => {
        pods.set(view.uid, view);
        copies.podChanged(view);
      };
      switch (random(9)) {
        case 0: {
          const fresh = `i${(next += 1)}`;
          live.add(fresh);
          copies.claim(fresh, `web.${random(3)}`, watch(fresh));
          break;
        }
        case 1:
          if (id !== undefined) copies.leave(id, 1 + random(9));
          break;
        case 2:
          if (id !== undefined && over.has(id)) {
            copies.forget(id);
            live.delete(id);
          }
          break;
        case 3:
          put(podOf(`p${(next += 1)}`, { createdAt: next }));
          break;
        case 4:
          if (pod !== undefined) {
            const number = pod.run.end === null ? pod.run.number : pod.run.number + 1;
            put({ ...running(pod.uid, number), leaving: pod.leaving, createdAt: pod.createdAt });
          }
          break;
        case 5:
          if (pod?.run.begun === true && pod.run.end === null)
            put({ ...ended(pod.uid, 1, pod.run.number), leaving: pod.leaving, createdAt: pod.createdAt });
          break;
        case 6:
          if (pod !== undefined) put({ ...pod, leaving: true });
          break;
        case 7:
          if (pod !== undefined) {
            pods.delete(pod.uid);
            copies.podGone(pod);
          }
          break;
        case 8:
          copies.expire(performance.now() + random(2) * HOLD_MS);
          break;
      }
      const bound = copies.slots.flatMap(({ binding, state }) =>
        binding === null || state === 'leaving' ? [] : binding.uid,
      );
      assert.equal(new Set(bound).size, bound.length, 'two copies have one pod');
    }
  }
});
