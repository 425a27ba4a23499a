import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDockerIgnore } from './dockerignore.ts';

const rows: [rules: string, out: string[], stays: string[]][] = [
  [
    'node_modules\n.git',
    ['node_modules', 'node_modules/a/b', '.git/HEAD'],
    ['a/node_modules', 'node_modules2'],
  ],
  ['/dist/\n./tmp', ['dist/a', 'tmp'], ['a/dist']],
  ['*.md\n!README.md', ['a.md'], ['README.md', 'docs/a.md']],
  ['**/*.log', ['a.log', 'x/y/a.log'], ['a.logs']],
  ['**', ['a', 'a/b'], []],
  ['*\n!src\n!Dockerfile', ['a', 'docs/src'], ['src/a/b', 'Dockerfile']],
  ['docs\n!docs/keep.md', ['docs/a'], ['docs/keep.md']],
  ['a?c\n[x-z]1', ['abc', 'y1'], ['ac', 'a/c', 'w1']],
  ['# a comment\n\n  b  ', ['b'], ['# a comment', 'a']],
  ['a/**/b', ['a/b', 'a/x/y/b'], ['a/x']],
  ['a/**', ['a/b', 'a/b/c'], ['a']],
  ['!a\na', ['a'], []],
  ['../x', ['x'], []],
  ['.env.*', ['.env.local'], ['.env', 'axenv.b']],
  ['[', [], ['a', '[x']],
];

test('a .dockerignore leaves out what Docker leaves out', () => {
  for (const [rules, out, stays] of rows) {
    const ignore = parseDockerIgnore(rules);
    for (const path of out) assert.equal(ignore.leavesOut(path), true, `${JSON.stringify(rules)}: ${path}`);
    for (const path of stays)
      assert.equal(ignore.leavesOut(path), false, `${JSON.stringify(rules)}: ${path}`);
  }
});
