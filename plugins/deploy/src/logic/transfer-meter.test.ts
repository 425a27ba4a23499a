import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TransferMeter } from './transfer-meter.ts';

test('tells how far, and how fast once that means something', () => {
  let now = 1000;
  const meter = new TransferMeter(() => now);
  assert.equal(meter.describe({ doneBytes: 0, totalBytes: 12e6 }), '0 B of 12 MB');
  now += 2000;
  assert.equal(
    meter.describe({ doneBytes: 3_100_000, totalBytes: 12e6 }),
    '3.1 MB of 12 MB, 1.6 MB/s, 5.7 s left',
  );
  now += 20_000;
  assert.equal(
    meter.describe({ doneBytes: 3_100_000, totalBytes: 12e6 }),
    '3.1 MB of 12 MB',
    'it stands still',
  );
  now += 1000;
  assert.match(meter.describe({ doneBytes: 12e6, totalBytes: 12e6 }), /^12 MB of 12 MB, [^,]*\/s$/);
});
