import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EscapeKeys } from './escape-keys.ts';

const TILDE = 0x7e;

/** What comes out, text joined, commands in angle brackets. */
function typed(chunks: (string | Uint8Array)[], character: number | null = TILDE): string {
  const keys = new EscapeKeys(character);
  return chunks
    .flatMap((chunk) => Array.from(keys.feed(Buffer.from(chunk))))
    .map((each) => ('command' in each ? `<${each.command}>` : Buffer.from(each.bytes).toString('latin1')))
    .join('');
}

test('escapes count at the beginning and behind an end of line alone', () => {
  assert.equal(typed(['~.']), '<end>');
  assert.equal(typed(['ls\r~d']), 'ls\r<detach>');
  assert.equal(typed(['ls\n~?~?']), 'ls\n<help><help>');
  assert.equal(typed(['a~.']), 'a~.');
  assert.equal(typed(['\r~\u001A']), '\r<suspend>');
});

test('twice is once, and before anything else it is itself', () => {
  assert.equal(typed(['~~.']), '~.');
  assert.equal(typed(['~~~.']), '~~.');
  assert.equal(typed(['~x']), '~x');
  assert.equal(typed(['~\r~.']), '~\r<end>');
  assert.equal(typed(['cd ~/src\r']), 'cd ~/src\r');
});

test('cut anywhere it is the same', () => {
  const text = 'ls\r~~x\r~?y\r~\u001Bz\u001B[200~\n~.\u001B[201~\r~d';
  const whole = typed([text]);
  assert.equal(whole, 'ls\r~x\r<help>y\r~\u001Bz\u001B[200~\n~.\u001B[201~\r<detach>');
  for (let at = 1; at < text.length; at += 1) assert.equal(typed([text.slice(0, at), text.slice(at)]), whole);
  assert.equal(typed(text.split('')), whole);
});

test('a long paste without brackets is searched as it is', () => {
  const line = 'x'.repeat(70_000);
  assert.equal(typed([`${line}\r~.`, 'more']), `${line}\r<end>more`);
});

test('bytes that are no text pass', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  assert.equal(typed([bytes]), Buffer.from(bytes).toString('latin1'));
});

test('another character, and none', () => {
  assert.equal(typed(['~.\r^.'], 0x5e), '~.\r<end>');
  assert.equal(typed(['~.\r~d'], null), '~.\r~d');
});
