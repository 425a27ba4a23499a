import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { logsOfApp, partsOf, queryOf, readLogPlace, requestsOf, tailOf, withoutFlag } from './log-place.ts';

test('the address names a log, or none', () => {
  assert.deepEqual(readLogPlace(['app', 'shop']), { kind: 'app', name: 'shop' });
  assert.equal(readLogPlace(['app']), null);
  assert.equal(readLogPlace(['drain', 'x']), null);
});

test('filters are those of the command line', () => {
  const now = new Date('2026-11-26T10:00:00Z');
  assert.deepEqual(
    queryOf({ level: 'warn+', process: 'web, worker', grep: 'a.b', since: '10m', stream: '' }, now),
    {
      since: '2026-11-26T09:50:00.000Z',
      match: { patterns: ['a.b'], ignoreCase: true },
      levels: ['warn', 'error', 'fatal'],
      processes: ['web', 'worker'],
    },
  );
  assert.deepEqual(queryOf({ grep: 'x+', regex: '1', case: '1', not: '1' })?.match, {
    patterns: ['x+'],
    regex: true,
    invert: true,
  });
  assert.equal(queryOf({}), undefined);
});

test('what is wrong with one is said without a flag', () => {
  try {
    queryOf({ since: 'soon' });
    assert.fail('it was taken');
  } catch (error) {
    assert.ok(isRigError(error));
    assert.equal(error.code, 'usage');
    assert.equal(withoutFlag(error.message), '“since” is "soon", which is not a time.');
  }
});

test('requests, sources and how much there is at first', () => {
  assert.equal(requestsOf({ status: '5xx 404', slow: '' }), '((status>=500 and status<=599) or status=404)');
  assert.deepEqual([...partsOf({})], ['edge']);
  assert.deepEqual([...partsOf({ only: 'apps,events' })], ['apps', 'events']);
  assert.deepEqual(
    logsOfApp('shop', { source: 'edge' }).map(({ of }) => of),
    [{ app: 'shop', store: 'edge' }],
  );
  assert.equal(tailOf('app', {}), 1000);
  assert.equal(tailOf('build', {}), undefined);
  assert.equal(tailOf('app', { lines: 'all' }), undefined);
  assert.equal(tailOf('app', { lines: '0' }), 0);
});
