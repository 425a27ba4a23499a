import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDenied, matchArgv, matchGlob } from './match-argv.ts';

test('a pattern is the text itself, with * for any text and ? for one character', () => {
  for (const [pattern, text] of [
    ['', ''],
    ['*', ''],
    ['*', 'a b\n/c'],
    ['db:*', 'db:'],
    ['db:*:now', 'db:x:now:now'],
    ['a*b*c', 'aXbbYc'],
    ['?', '😀'],
    ['a.c', 'a.c'],
    ['[x]', '[x]'],
  ] as const) {
    assert.equal(matchGlob(pattern, text), true, `${pattern} ${text}`);
  }
  for (const [pattern, text] of [
    ['', 'a'],
    ['a', ''],
    ['a', 'ab'],
    ['a', 'A'],
    ['db:*', 'db'],
    ['a*b*c', 'aXcb'],
    ['?', ''],
    ['a.c', 'abc'],
    ['[x]', 'x'],
  ] as const) {
    assert.equal(matchGlob(pattern, text), false, `${pattern} ${text}`);
  }
});

test('a pattern made to take for ever does not', () => {
  assert.equal(matchGlob('*a'.repeat(500), `${'a'.repeat(5_000)}b`), false);
});

test('a command fits by each of its arguments, and more only with **', () => {
  assert.ok(matchArgv(['rake', 'db:*'], ['rake', 'db:migrate']));
  assert.ok(!matchArgv(['rake', 'db:*'], ['rake', 'db:migrate', '--trace']));
  assert.ok(!matchArgv(['rake', 'db:*'], ['rake']));
  assert.ok(matchArgv(['ls', '**'], ['ls']));
  assert.ok(matchArgv(['ls', '**'], ['ls', '-l', '/']));
  assert.ok(!matchArgv(['ls', '**'], ['lsof']));
  assert.ok(!matchArgv(['ls'], ['/bin/ls']));
  // In front of others it is a pattern of one argument like any.
  assert.ok(matchArgv(['**', 'x'], ['any', 'x']));
  // Arguments are not joined: a space in one makes no two.
  assert.ok(!matchArgv(['rake', 'db:migrate'], ['rake db:migrate']));
});

test('what is denied by its name is denied by its path', () => {
  assert.ok(isDenied(['rm', '**'], ['rm', '-rf', '/']));
  assert.ok(isDenied(['rm', '**'], ['/bin/rm', 'x']));
  assert.ok(isDenied(['rm', '**'], ['../../bin/rm']));
  assert.ok(!isDenied(['rm', '**'], ['/bin/rmdir']));
  assert.ok(!isDenied(['/bin/rm', '**'], ['rm']));
});
