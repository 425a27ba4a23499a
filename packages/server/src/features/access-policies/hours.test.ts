import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccessHours } from '@rig-ops/contract/resources';
import { isZone, secondsOpen } from './hours.ts';

const workdays: AccessHours = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '17:00',
  zone: 'UTC',
};
/** A Monday. */
const monday = (time: string) => new Date(`2026-11-23T${time}Z`);

test('is open within its hours, on its days, and says for how long', () => {
  assert.equal(secondsOpen([workdays], monday('08:59:59')), 0);
  assert.equal(secondsOpen([workdays], monday('09:00:00')), 8 * 3_600);
  assert.equal(secondsOpen([workdays], monday('16:59:59')), 1);
  assert.equal(secondsOpen([workdays], monday('17:00:00')), 0);
  assert.equal(secondsOpen([workdays], new Date('2026-11-22T12:00:00Z')), 0);
  assert.equal(secondsOpen([], monday('12:00:00')), 0);
});

test('hours past midnight belong to the day they began on', () => {
  const night: AccessHours = { days: ['fri'], from: '22:00', to: '06:00', zone: 'UTC' };
  assert.equal(secondsOpen([night], new Date('2026-11-27T21:59:59Z')), 0);
  assert.equal(secondsOpen([night], new Date('2026-11-27T22:00:00Z')), 8 * 3_600);
  assert.equal(secondsOpen([night], new Date('2026-11-28T05:59:00Z')), 60);
  assert.equal(secondsOpen([night], new Date('2026-11-28T06:00:00Z')), 0);
  assert.equal(secondsOpen([night], new Date('2026-11-27T05:00:00Z')), 0);
  const whole: AccessHours = { days: ['sun'], from: '12:00', to: '12:00', zone: 'UTC' };
  assert.equal(secondsOpen([whole], new Date('2026-11-23T11:59:00Z')), 60);
});

test('hours that follow one another do not end in between', () => {
  const all: AccessHours = { ...workdays, days: ['mon', 'tue'], from: '00:00', to: '24:00' };
  assert.equal(secondsOpen([all], monday('23:00:00')), 25 * 3_600);
  const evening: AccessHours = { ...workdays, from: '16:00', to: '20:00' };
  assert.equal(secondsOpen([workdays, evening], monday('12:00:00')), 8 * 3_600);
  const always: AccessHours = {
    ...all,
    days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
  };
  assert.equal(secondsOpen([always], monday('12:00:00')), Number.POSITIVE_INFINITY);
});

test('is meant by the clocks of its zone, in summer and in winter', () => {
  const berlin: AccessHours = { ...workdays, zone: 'Europe/Berlin' };
  assert.equal(secondsOpen([berlin], monday('08:00:00')), 8 * 3_600);
  assert.equal(secondsOpen([berlin], monday('07:59:59')), 0);
  assert.equal(secondsOpen([berlin], new Date('2026-07-20T07:00:00Z')), 8 * 3_600);
  const auckland: AccessHours = { ...workdays, days: ['tue'], zone: 'Pacific/Auckland' };
  assert.equal(secondsOpen([auckland], monday('20:00:00')), 8 * 3_600);
});

test('knows zones by name', () => {
  assert.ok(isZone('Europe/Berlin'));
  assert.ok(!isZone('Europe/Nowhere'));
  assert.ok(!isZone(''));
});
