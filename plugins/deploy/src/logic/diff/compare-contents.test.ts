import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareContents, type Content } from './compare-contents.ts';

const content = (change: Partial<Content> = {}): Content => ({
  files: new Map([['a', { size: 1, digest: 'a1' }]]),
  detector: 'node',
  steps: ['npm ci'],
  processes: new Map([['web', 'node .']]),
  environment: ['LEVEL'],
  settings: new Map([['drainSeconds', '30']]),
  variables: new Map([['TOKEN', '2026-01-01']]),
  ...change,
});

test('the same is no difference', () => {
  assert.deepEqual(compareContents(content(), content()), { files: [], changes: [] });
});

test('tells files, build, processes, settings, and of variables the names alone', () => {
  const after = content({
    files: new Map([
      ['a', { size: 2, digest: 'a2' }],
      ['b', { size: 3, digest: 'b' }],
    ]),
    steps: [],
    processes: new Map([['worker', 'node w.js']]),
    environment: [],
    settings: new Map([['drainSeconds', '5']]),
    variables: new Map([
      ['TOKEN', '2026-01-02'],
      ['NEW', '2026-01-02'],
    ]),
  });
  const { changes, files } = compareContents(content(), after);
  assert.deepEqual(files, [
    { path: 'a', change: 'changed', before: 1, after: 2 },
    { path: 'b', change: 'added', before: null, after: 3 },
  ]);
  assert.deepEqual(
    changes.map(({ area, name, change, before, after: to }) => [area, name, change, before, to]),
    [
      ['build', 'steps', 'removed', 'npm ci', null],
      ['process', 'web', 'removed', 'node .', null],
      ['process', 'worker', 'added', null, 'node w.js'],
      ['route', 'web', 'removed', 'the URL of the app', null],
      ['environment', 'LEVEL', 'removed', null, null],
      ['setting', 'drainSeconds', 'changed', '30', '5'],
      ['config', 'NEW', 'added', null, null],
      ['config', 'TOKEN', 'changed', null, null],
    ],
  );
});

test('from nothing everything is new; of files that are not kept nothing is told', () => {
  assert.deepEqual(
    compareContents(null, content()).changes.map(({ change }) => change),
    ['added', 'added', 'added', 'added', 'added', 'added'],
  );
  assert.equal(compareContents(content({ files: null }), content()).files, null);
});
