import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMoment } from './moment.ts';

const now = new Date('2026-03-01T12:00:00.000Z');
const iso = (text: string) => parseMoment(text, '--since', now).toISOString();

test('reads what people write', () => {
  assert.equal(iso('10m'), '2026-03-01T11:50:00.000Z');
  assert.equal(iso('2h'), '2026-03-01T10:00:00.000Z');
  assert.equal(iso('1w'), '2026-02-22T12:00:00.000Z');
  assert.equal(iso('now'), now.toISOString());
  assert.equal(iso('2026-02-03T04:05:06+02:00'), '2026-02-03T02:05:06.000Z');
  assert.equal(iso('2026-02-03T04:05:06.789Z'), '2026-02-03T04:05:06.789Z');
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  assert.equal(iso('today'), midnight.toISOString());
  assert.equal(parseMoment('yesterday', '--since', now).getHours(), 0);
  assert.equal(parseMoment('2026-02-03', '--since', now).getDate(), 3);
  assert.equal(iso('2026-02-03T04:05:06.5'), new Date(2026, 1, 3, 4, 5, 6, 500).toISOString());
  assert.equal(iso('2026-02-03 04:05'), new Date(2026, 1, 3, 4, 5).toISOString());
  assert.equal(iso('04:05'), new Date(2026, 2, 1, 4, 5).toISOString());
});

test('refuses what it cannot read', () => {
  for (const text of [
    '',
    'soon',
    '10',
    '-5m',
    '2026-02-30',
    '2026-02-03T',
    '2026-02-03T24:05',
    '25:00',
    '04:60',
    '2026-02-3004:05',
    '2026-13-01T00:00:00Z',
  ])
    assert.throws(() => iso(text), { code: 'usage' }, text);
});
