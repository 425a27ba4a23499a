import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { readLastWords } from './last-words.ts';
import { rotateLog } from './rotate-log.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rig-own-logs-'));
  path = join(dir, 'rigd.log');
});
afterEach(() => rmSync(dir, { recursive: true }));

test('a log that has grown too large moves away, its writers go on', () => {
  rotateLog(path, 10);
  writeFileSync(path, 'short\n');
  rotateLog(path, 10);
  assert.equal(readFileSync(path, 'utf8'), 'short\n');
  writeFileSync(path, 'long enough\n', { flag: 'a' });
  rotateLog(path, 10);
  assert.equal(readFileSync(path, 'utf8'), '');
  assert.equal(readFileSync(`${path}.1`, 'utf8'), 'short\nlong enough\n');
});

test('the last words are the last line since the start', () => {
  assert.equal(readLastWords(path, 0), null);
  writeFileSync(path, 'before\n');
  assert.equal(readLastWords(path, 7), null);
  writeFileSync(path, `before\nfirst\n${'x'.repeat(600)}\n\n`);
  assert.equal(readLastWords(path, 7), 'x'.repeat(500));
});
