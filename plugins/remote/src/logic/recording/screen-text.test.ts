import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScreenText } from './screen-text.ts';

const seen = (...pieces: string[]): string => {
  const screen = new ScreenText();
  return pieces.map((piece) => screen.take(piece)).join('') + screen.end();
};

test('editing of a line leaves what stood there in the end', () => {
  assert.equal(seen('$ lss\b\u001B[K\r\n'), '$ ls\n');
  assert.equal(seen('10%\r100%\r\ndone'), '100%\ndone\n');
  assert.equal(seen('abc\u001B[2D\u001B[PX\r\n'), 'aX\n');
  assert.equal(seen('ac\u001B[D\u001B[@b\r\n'), 'abc\n');
  assert.equal(seen('a\tb\n'), 'a       b\n');
  assert.equal(seen('\u001B[10Gx\n'), '         x\n');
});

test('styles, titles and other sequences are gone, also when they are cut in two', () => {
  const text = '\u001B]0;title\u0007\u001B[1;31mred\u001B[0m\u001B(B\u001B7ok\u001B8\u001BPq#0\u001B\\!\n';
  assert.equal(seen(text), 'redok!\n');
  for (let at = 1; at < text.length; at += 1) {
    assert.equal(seen(text.slice(0, at), text.slice(at)), 'redok!\n', `cut at ${at}`);
  }
});

test('of a full-screen program it is told that it ran', () => {
  assert.equal(
    seen('$ vim\r\n\u001B[?1049hLOTS\r\nOF\u001B[5;5Htext\u001B[?1049l$ \r\n'),
    '$ vim\n[a full-screen program]\n$\n',
  );
});

test('a sequence that never ends does not swallow the rest', () => {
  assert.match(seen(`\u001B]${'x'.repeat(9_000)}`, 'after\n'), /after/);
});
