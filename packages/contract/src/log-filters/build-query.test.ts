import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildQuery } from './build-query.ts';

const now = new Date('2026-03-01T12:00:00Z');

test('no flags ask for everything', () => {
  assert.equal(buildQuery({}, now), undefined);
  assert.equal(buildQuery({ 'ignore-case': false }, now), undefined);
});

test('every flag has its part of the query', () => {
  assert.deepEqual(
    buildQuery(
      {
        since: '2h',
        until: '2026-03-01T11:00:00Z',
        grep: ['a', 'b'],
        'ignore-case': true,
        level: ['error', 'debug'],
        process: ['web'],
        instance: ['web.1'],
        release: ['v3', '4'],
        stream: ['stderr'],
        before: 1,
        after: 2,
      },
      now,
    ),
    {
      since: '2026-03-01T10:00:00.000Z',
      until: '2026-03-01T11:00:00.000Z',
      match: { patterns: ['a', 'b'], ignoreCase: true },
      levels: ['error', 'debug'],
      processes: ['web'],
      instances: ['web.1'],
      releases: [3, 4],
      streams: ['stderr'],
      before: 1,
      after: 2,
    },
  );
  assert.deepEqual(buildQuery({ regex: ['x+'], 'invert-match': true, context: 3 }, now), {
    match: { patterns: ['x+'], regex: true, invert: true },
    before: 3,
    after: 3,
  });
  assert.deepEqual(buildQuery({ level: ['warn+'] }, now), { levels: ['warn', 'error', 'fatal'] });
});

test('fields are conditions, joined with what --where asks', () => {
  assert.deepEqual(buildQuery({ field: ['user=ann "x" \\', 'n=1=2'] }, now), {
    where: '"user"="ann \\"x\\" \\\\" and "n"="1=2"',
  });
  assert.deepEqual(buildQuery({ where: 'a or b' }, now), { where: 'a or b' });
  assert.deepEqual(buildQuery({ field: ['a=1'], where: 'b or c' }, now), { where: '"a"="1" and (b or c)' });
});

test('values that are none are refused', () => {
  for (const flags of [
    { since: 'soon' },
    { since: '1h', until: '2h' },
    { level: ['loud'] },
    { release: ['latest'] },
    { field: ['name'] },
    { field: ['=x'] },
    { grep: [''] },
    { 'ignore-case': true },
    { 'invert-match': true },
  ]) {
    assert.throws(() => buildQuery(flags, now), { code: 'usage' }, JSON.stringify(flags));
  }
});
