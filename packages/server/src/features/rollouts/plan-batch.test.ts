import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { InstanceRecord } from '../instances/instance-store.ts';
import { planBatch } from './plan-batch.ts';

const make = (release: number, ordinal: number, health: InstanceRecord['health']): InstanceRecord => ({
  id: `${release}.${ordinal}`,
  appId: 'a',
  release,
  process: 'web',
  ordinal,
  turn: 1,
  port: null,
  host: null,
  desired: 'run',
  health,
  restarts: 0,
  createdAt: '',
  keepUntil: null,
});

const cases = [
  [1, 1],
  [2, 1],
  [5, 1],
  [5, 2],
  [5, 9],
  [8, 3],
] as const;

for (const [wanted, surge] of cases)
  it(`${wanted} instances with a surge of ${surge} are replaced without fewer or more than allowed`, () => {
    let old = Array.from({ length: wanted }, (_, index) => make(1, index + 1, 'healthy'));
    let fresh: InstanceRecord[] = [];
    const counts = new Map([['web', wanted]]);
    for (let round = 0; ; round += 1) {
      assert.ok(round < 50, 'it comes to an end');
      const batch = planBatch({ counts, old, fresh, surgeOf: () => surge });
      if (batch.drain.length + batch.fill.length === 0) break;
      old = old.filter(({ id }) => !batch.drain.some((each) => each.id === id));
      const well = old.length + fresh.filter(({ health }) => health === 'healthy').length;
      assert.ok(well >= wanted, `${well} are well`);
      fresh = [...fresh, ...batch.fill.map(({ ordinal }) => make(2, ordinal, 'unknown'))];
      assert.ok(old.length + fresh.length <= wanted + surge, 'the surge is kept');
      fresh = fresh.map((each) => ({ ...each, health: 'healthy' }));
    }
    assert.deepEqual([old.length, fresh.length], [0, wanted]);
  });

it('instances that are not well go first, those of a process that is gone all', () => {
  const old = [
    make(1, 1, 'healthy'),
    make(1, 2, 'unhealthy'),
    { ...make(1, 1, 'healthy'), id: 'x', process: 'cron' },
  ];
  const batch = planBatch({ counts: new Map([['web', 2]]), old, fresh: [], surgeOf: () => 1 });
  assert.deepEqual(batch.drain.map(({ id }) => id).toSorted(), ['1.2', 'x']);
  assert.equal(batch.fill.length, 2);
});
