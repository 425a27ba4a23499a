import assert from 'node:assert/strict';
import test from 'node:test';
import { hrefOf, readPlace } from './route.ts';

test('the address names the page and what it is about', () => {
  assert.deepEqual(readPlace(''), { page: 'overview', params: [], query: {} });
  assert.deepEqual(readPlace('#/apps/shop/logs'), { page: 'apps', params: ['shop', 'logs'], query: {} });
  assert.deepEqual(readPlace('#/apps/a%2Fb'), { page: 'apps', params: ['a/b'], query: {} });
});

test('filters are part of the address', () => {
  assert.deepEqual(readPlace('#/events?app=shop&kind=deploy*'), {
    page: 'events',
    params: [],
    query: { app: 'shop', kind: 'deploy*' },
  });
  assert.deepEqual(readPlace('#/events?q=a?b').query, { q: 'a?b' });
});

test('what is not well-formed is taken as it is', () => {
  assert.deepEqual(readPlace('#/apps/%E0%A4%A').params, ['%E0%A4%A']);
});

test('an address is read as it was written', () => {
  assert.equal(hrefOf('overview'), '#/');
  for (const [page, params, query] of [
    ['apps', ['a/b', 'ü?#'], {}],
    ['audit', [], { user: 'a b&c', since: '' }],
  ] as const) {
    const place = readPlace(hrefOf(page, params, query));
    assert.equal(place.page, page);
    assert.deepEqual(place.params, params);
    assert.deepEqual(place.query, page === 'audit' ? { user: 'a b&c' } : {});
  }
});
