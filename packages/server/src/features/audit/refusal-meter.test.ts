import assert from 'node:assert/strict';
import { it } from 'node:test';
import { RefusalMeter } from './refusal-meter.ts';

it('admits a rate for each address and for all, and counts what is beyond', () => {
  const meter = new RefusalMeter();
  const admitted = (client: string, times: number, now: number) =>
    Array.from({ length: times }, () => meter.admits(client, now)).filter(Boolean).length;
  assert.equal(admitted('10.0.0.1', 100, 0), 60);
  assert.equal(admitted('10.0.0.2', 10, 1), 10);
  assert.deepEqual(meter.takeLeftOut(), { count: 40, clients: ['10.0.0.1'] });
  assert.equal(meter.takeLeftOut(), undefined);
  let all = 0;
  for (let address = 0; address < 1_000; address += 1) all += admitted(`10.1.0.${address}`, 1, 2);
  assert.equal(all, 530);
  assert.equal(meter.takeLeftOut()?.clients.length, 10);
  assert.equal(admitted('10.0.0.1', 1, 60_001), 1);
});
