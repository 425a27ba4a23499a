import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Disputes } from './disputes.ts';

it('a change by hand is put back; a controller that insists is left alone, and told of once', () => {
  let now = 0;
  const disputes = new Disputes(() => now);
  assert.deepEqual(
    [1, 2, 3].map(() => disputes.mayInsist('hpa')),
    [true, true, true],
  );
  assert.deepEqual([disputes.mayInsist('hpa'), disputes.isNew('hpa')], [false, true]);
  assert.deepEqual([disputes.mayInsist('hpa'), disputes.isNew('hpa')], [false, false]);
  assert.equal(disputes.mayInsist('kubectl'), true);
  now = 11 * 60_000;
  assert.equal(disputes.mayInsist('hpa'), true);
});
