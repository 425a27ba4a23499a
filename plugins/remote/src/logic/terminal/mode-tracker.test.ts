import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ModeTracker } from './mode-tracker.ts';

function after(...chunks: string[]): ModeTracker {
  const tracker = new ModeTracker();
  for (const chunk of chunks) tracker.feed(Buffer.from(chunk));
  return tracker;
}
const resetAfter = (...chunks: string[]) =>
  Buffer.from(after(...chunks).reset())
    .toString()
    .replaceAll('\u001B', '^');

test('text and what was switched off again leave nothing', () => {
  assert.equal(resetAfter('plain text\r\n\u001B[1;31mred\u001B[0m\u001B[2J\u001B[5;10H'), '');
  assert.equal(resetAfter('\u001B[?1049h\u001B[?25l\u001B[?2004h\u001B[?2004l\u001B[?25h\u001B[?1049l'), '');
});

test('what is on is switched off, on the screen it belongs to', () => {
  assert.equal(resetAfter('\u001B[?2004h'), '^[?2004l');
  assert.equal(resetAfter('\u001B[?25l'), '^[?25h');
  assert.equal(resetAfter('\u001B[?1002;1006h'), '^[?1002l^[?1006l');
  assert.equal(
    resetAfter('\u001B[>1u\u001B[?1049h\u001B[>5u\u001B[?1h\u001B=\u001B[1;20r'),
    '^[<1u^[?1l^[?1049l^[<1u^>^7^[r^8',
  );
  assert.equal(resetAfter('\u001B[>4;2m\u001B[4h\u001B[5 q\u001B(0\u001B[32m'), '^[>4m^[4l^(B\u000F^[0 q^[m');
});

test('a full reset by the program clears all', () => {
  assert.equal(resetAfter('\u001B[?1049h\u001B[?25l\u001Bc'), '');
  assert.equal(resetAfter('\u001B[?25l\u001B[!p'), '');
});

test('cut anywhere it is the same, and titles are no modes', () => {
  const text = 'ab\u001B]0;x[?25l\u0007\u001BP+q[?1049h\u001B\\\u001B[?1049h\u001B[38;2;1;2;3mü\u001B[?1000h';
  const whole = resetAfter(text);
  assert.equal(whole, '^[?1000l^[?1049l^[m');
  for (let at = 1; at < text.length; at += 1)
    assert.equal(resetAfter(text.slice(0, at), text.slice(at)), whole);
});

test('an unfinished sequence is told, and may be taken up again', () => {
  const tracker = after('text\u001B[38;');
  assert.equal(Buffer.from(tracker.unfinished).toString(), '\u001B[38;');
  assert.equal(tracker.interruptible, true);
  assert.equal(after('\u001B]0;title').interruptible, false);
  assert.deepEqual(after('text').unfinished, new Uint8Array());
});

test('what was reset can be put back', () => {
  const tracker = after('\u001B[?1049h\u001B[?1002h\u001B[?25l');
  assert.equal(Buffer.from(tracker.restore()).toString(), '\u001B[?1049h\u001B[?1002h\u001B[?25l');
});
