import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpeningMeter } from './opening-meter.ts';

const start = () => {
  let now = 1_000_000;
  const meter = new OpeningMeter({ now: () => new Date(now) });
  const takeAll = (userId: string) => {
    for (let count = 0; ; count += 1) {
      try {
        meter.take(userId);
      } catch (error) {
        assert.equal((error as { code: string }).code, 'opening_too_fast');
        return count;
      }
    }
  };
  return {
    meter,
    takeAll,
    pass: (seconds: number) => {
      now += seconds * 1_000;
    },
  };
};

test('one user opens so many at once, and more as time passes; others are not held up', () => {
  const { takeAll, pass } = start();
  assert.equal(takeAll('usr_1'), 5_000);
  pass(2);
  assert.equal(takeAll('usr_1'), 200);
  pass(-60);
  assert.equal(takeAll('usr_1'), 0);
  assert.equal(takeAll('usr_2'), 5_000);
});

test('who is refused again and again waits for it, and is told how long', () => {
  const { meter, takeAll, pass } = start();
  for (let count = 0; count < 60; count += 1) meter.noteRefusal('usr_1');
  assert.throws(() => meter.take('usr_1'), { details: { retryAfterSeconds: 11 } });
  pass(11);
  assert.equal(takeAll('usr_1'), 100);
});
