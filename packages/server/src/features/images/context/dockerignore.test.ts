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
  ['*.a*b*[c-d]?\n!x/*/*.a*', ['1.a2b3d4', 'y/1.a2b3d4'.slice(2)], ['1.a2b3e4', 'x/y/1.a2b3d4']],
  ['**/a/**/b/**/*.log', ['a/b/c.log', 'x/a/y/b/z/c.log'], ['a/c.log']],
];

test('a .dockerignore leaves out what Docker leaves out', async () => {
  for (const [rules, out, stays] of rows) {
    const ignore = await parseDockerIgnore(rules);
    for (const path of out) assert.equal(ignore.leavesOut(path), true, `${JSON.stringify(rules)}: ${path}`);
    for (const path of stays)
      assert.equal(ignore.leavesOut(path), false, `${JSON.stringify(rules)}: ${path}`);
  }
});

test('rules that are made to take for ever take no longer than others', async () => {
  const ignore = await parseDockerIgnore(`${'*a'.repeat(30)}b\n${'**/a'.repeat(20)}/b\n`);
  assert.equal(ignore.leavesOut('a'.repeat(255)), false);
  assert.equal(ignore.leavesOut(`${'a/'.repeat(200)}c`), false);
  assert.equal(ignore.leavesOut(`${'a'.repeat(255)}b`), true);
  await assert.rejects(parseDockerIgnore('x\n'.repeat(1_001)), /1001 rules, and rig reads 1000/);
});
