import assert from 'node:assert/strict';
import test from 'node:test';
import { readPlace } from './route.ts';

test('the address names the page and what it is about', () => {
  assert.deepEqual(readPlace(''), { page: 'overview', params: [] });
  assert.deepEqual(readPlace('#/apps/shop/logs'), { page: 'apps', params: ['shop', 'logs'] });
  assert.deepEqual(readPlace('#/apps/a%2Fb'), { page: 'apps', params: ['a/b'] });
});
