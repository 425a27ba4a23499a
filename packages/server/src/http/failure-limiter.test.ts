import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FailureLimiter } from './failure-limiter.ts';

const failTimes = (limiter: FailureLimiter, address: string, times: number) =>
  Array.from({ length: times }, () => limiter.note(address)).at(-1);

test('failures count by address and are forgotten with time', () => {
  let now = 0;
  const limiter = new FailureLimiter(() => now);
  assert.equal(failTimes(limiter, '10.0.0.1', 10), undefined);
  now = 20_000;
  assert.equal(limiter.note('10.0.0.1'), 40);
  assert.equal(limiter.note('10.0.0.2'), undefined);
  now = 60_000;
  assert.equal(limiter.note('10.0.0.1'), undefined);
});

test('an IPv6 network counts as one, written in whatever way', () => {
  const limiter = new FailureLimiter(() => 0);
  failTimes(limiter, '2001:db8:0:1::1', 5);
  failTimes(limiter, '2001:db8:0:1:ffff::2', 5);
  assert.ok(limiter.note('2001:db8:0:1:1:2:3:4'));
  assert.equal(limiter.note('2001:db8:0:2::1'), undefined);
  failTimes(limiter, '::ffff:10.0.0.1', 10);
  assert.equal(limiter.note('::ffff:10.0.0.2'), undefined);
});

test('any number of addresses takes bounded memory: the oldest is forgotten', () => {
  const limiter = new FailureLimiter(() => 0);
  failTimes(limiter, '10.0.0.1', 10);
  for (let n = 0; n < 10_000; n += 1) limiter.note(`host-${n}`);
  assert.equal(limiter.note('10.0.0.1'), undefined);
});
