import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownValues } from './known-values.ts';

test('paths of the API and kinds of events are known, each once', () => {
  const paths = knownValues('api', 'path') ?? [];
  assert.ok(paths.includes('/v1/apps') && paths.includes('/v1/webhooks/:webhook/deliveries'));
  assert.equal(new Set(paths).size, paths.length);
  for (const command of ['events', 'webhooks add']) {
    const kinds = knownValues(command, 'kind') ?? [];
    assert.ok(kinds.includes('release.live') && kinds.includes('instance.*'));
  }
  assert.equal(knownValues('deploy', 'path'), undefined);
});
