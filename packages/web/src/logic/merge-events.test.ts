import assert from 'node:assert/strict';
import test from 'node:test';
import type { PlatformEvent } from '@rig-ops/contract/resources';
import { eventMatches, type KnownEvents, withNewer } from './merge-events.ts';

const event = (id: number, kind = 'release.live', app: string | null = 'shop'): PlatformEvent =>
  ({ id, at: '2026-01-01T00:00:00Z', app, kind, message: `event ${id}` }) as PlatformEvent;

const known: KnownEvents = { events: [event(2), event(1)], missed: 0, older: null };
const ids = ({ events }: KnownEvents) => events.map(({ id }) => id);

test('what has come stands first, and nothing twice', () => {
  assert.deepEqual(ids(withNewer(known, [event(2), event(3), event(4)], 0)), [4, 3, 2, 1]);
  assert.equal(withNewer(known, [event(2)], 0), known);
  assert.equal(withNewer(known, [], 3).missed, 3);
});

test('memory is bounded', () => {
  const many = Array.from({ length: 3000 }, (_, index) => event(index + 3));
  const all = withNewer(known, many, 0);
  assert.equal(all.events.length, 2000);
  assert.equal(all.events[0]?.id, 3002);
  assert.equal(all.older, '1003');
});

test('events are filtered by app, kind and words', () => {
  assert.ok(eventMatches(event(1), {}));
  assert.ok(eventMatches(event(1), { app: 'shop', kind: 'release.*', text: 'EVENT 1' }));
  assert.ok(!eventMatches(event(1), { app: 'api' }));
  assert.ok(!eventMatches(event(1), { kind: 'release' }));
  assert.ok(!eventMatches(event(1, 'x', null), { app: 'shop' }));
});
