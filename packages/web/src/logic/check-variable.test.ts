import assert from 'node:assert/strict';
import test from 'node:test';
import { wrongWithKey } from './check-variable.ts';

test('names are checked before they are sent', () => {
  assert.equal(wrongWithKey('DATABASE_URL'), null);
  assert.equal(wrongWithKey('_x1'), null);
  for (const key of ['', '1X', 'A-B', 'A B', 'Ü', 'PORT', 'RIG_APP', 'X'.repeat(300)])
    assert.match(wrongWithKey(key) ?? '', /\w/, key);
});
