import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { quoteWord, toBashReply } from './shell-words.ts';
import { splitLine } from './split-line.ts';

test('a line is split as bash splits it', () => {
  const lines = [
    'rig apps  info',
    `rig 'a b' "c d"`,
    'rig a\\ b "x\\"y" "\\n"',
    `rig 'it'\\''s'`,
    'rig --x="a b"',
  ];
  for (const line of lines) {
    const said = execFileSync('bash', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' });
    assert.deepEqual(splitLine(line).words, said.split('\0').slice(0, -1), line);
  }
});

test('the last word is as far as it is typed', () => {
  assert.deepEqual(splitLine('rig apps '), { words: ['rig', 'apps', ''], raw: '', quote: '' });
  assert.deepEqual(splitLine('rig "a b'), { words: ['rig', 'a b'], raw: '"a b', quote: '"' });
  assert.deepEqual(splitLine("rig --x='a"), { words: ['rig', '--x=a'], raw: "--x='a", quote: "'" });
});

test('a quoted word means itself to bash', () => {
  for (const word of [
    'plain',
    'a b',
    `it's`,
    '$HOME',
    'a;b',
    '*',
    '~',
    '#x',
    '`x`',
    '"',
    '\\',
    'ü x',
    'a&b|c>d',
  ])
    assert.equal(execFileSync('bash', ['-c', `printf %s ${quoteWord(word)}`], { encoding: 'utf8' }), word);
});

test('bash gets what stands behind the last break of the word', () => {
  const breaks = ' \t\n"\'><=;|&(:';
  const reply = (line: string, word: string) => toBashReply(word, splitLine(line), breaks);
  assert.equal(reply('rig --context=pr', '--context=production'), 'production');
  assert.equal(reply('rig --context=', '--context=a b'), 'a\\ b');
  assert.equal(reply('rig --con', '--context'), '--context');
  assert.equal(reply('rig x:y:', 'x:y:z'), 'z');
  assert.equal(reply('rig "a ', 'a b'), 'a b');
});
