import assert from 'node:assert/strict';
import test from 'node:test';
import { toneOfEvent } from './event-tone.ts';

test('what is bad looks bad, whatever it is about', () => {
  assert.equal(toneOfEvent('instance.crashed'), 'bad');
  assert.equal(toneOfEvent('instance.unhealthy'), 'bad');
  assert.equal(toneOfEvent('deploy.failed'), 'bad');
  assert.equal(toneOfEvent('instance.healthy'), 'good');
  assert.equal(toneOfEvent('release.live'), 'good');
  assert.equal(toneOfEvent('app.created'), 'none');
  assert.equal(toneOfEvent('odd'), 'none');
});
