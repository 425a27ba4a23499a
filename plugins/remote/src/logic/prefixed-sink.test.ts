import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CapturingSink } from './byte-sink.ts';
import { instancePrefixes } from './instance-prefixes.ts';
import { PrefixedSink } from './prefixed-sink.ts';
import { safeLine } from './safe-line.ts';

test('lines are whole, whatever the chunks are, and stand behind their prefix', async () => {
  const target = new CapturingSink(1e6);
  const [a, b] = [new PrefixedSink(target, 'a | '), new PrefixedSink(target, 'b | ')];
  await a.take(Buffer.from('one\ntw'));
  await b.take(Buffer.from('x\n\ny'));
  await a.take(Buffer.from('o\n'));
  await b.take(Buffer.from('z'));
  await b.end();
  await a.end();
  assert.equal(target.bytes.toString(), 'a | one\nb | x\nb | \na | two\nb | yz\n');
});

test('bytes that are no text stay as they are, split within a character or not', async () => {
  const target = new CapturingSink(1e6);
  const sink = new PrefixedSink(target, '> ');
  const line = Buffer.from([0xff, 0x00, 0x1b, 0xc3, 0xbc, 0x0d]);
  for (const byte of line) await sink.take(Buffer.of(byte));
  await sink.take(Buffer.from('\n'));
  assert.deepEqual(target.bytes, Buffer.concat([Buffer.from('> '), line, Buffer.from('\n')]));
});

test('an endless line is shown in pieces, and nothing of it is lost', async () => {
  const target = new CapturingSink(1e9);
  const sink = new PrefixedSink(target, '> ');
  const total = 300_000;
  for (let at = 0; at < total; at += 1000) await sink.take(Buffer.alloc(1000, 'x'));
  assert.ok(target.total > 4 * 64 * 1024, 'it does not wait for the end');
  await sink.end();
  const lines = target.bytes.toString().trimEnd().split('\n');
  assert.equal(lines.length, Math.ceil(total / 65_536));
  assert.equal(lines.map((line) => line.slice(2)).join('').length, total);
});

test('memory that is used again does not change what was kept', async () => {
  const target = new CapturingSink(1e6);
  const sink = new PrefixedSink(target, '');
  const memory = Buffer.from('abc');
  await sink.take(memory);
  memory.fill('z');
  await sink.end();
  assert.equal(target.bytes.toString(), 'abc\n');
});

test('on a terminal colours stay and end with the line; what moves the cursor becomes visible', () => {
  const line = Buffer.from('\u001B[31mred\u001B[2Kgone\r');
  assert.equal(Buffer.from(safeLine(line, true)).toString(), '\u001B[31mred␛[2Kgone\u001B[0m');
  assert.equal(Buffer.from(safeLine(line, false)).toString(), 'red␛[2Kgone');
});

test('names are as wide as the widest on a terminal, and neighbours differ in colour', () => {
  const names = ['web.1', 'worker.10'];
  const plain = instancePrefixes(names, { terminal: false, colour: false });
  assert.equal(plain('web.1'), 'web.1 | ');
  const lively = instancePrefixes(names, { terminal: true, colour: true });
  assert.equal(lively('web.1'), '\u001B[36mweb.1    \u001B[39m | ');
  assert.equal(lively('worker.10'), '\u001B[33mworker.10\u001B[39m | ');
});
