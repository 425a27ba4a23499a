import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { ownIdentity } from '../proc/process-identity.ts';
import { acquireLock } from './acquire-lock.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rig-lock-'));
  path = join(dir, 'lock');
});
afterEach(() => rmSync(dir, { recursive: true }));

const dead = (nonce: string) => JSON.stringify({ pid: process.pid, startTime: 'long ago', nonce });

test('one holder at a time, who is named in the file; nothing is left behind', async () => {
  const held = await acquireLock(path);
  assert.partialDeepStrictEqual(JSON.parse(readFileSync(path, 'utf8')), await ownIdentity());
  assert.equal(await acquireLock(path), null);
  held?.release();
  assert.deepEqual(readdirSync(dir), []);
});

test('of many who find a stale lock one takes it', async () => {
  for (let round = 0; round < 20; round += 1) {
    writeFileSync(path, dead('abc'));
    const held = await Promise.all(Array.from({ length: 10 }, () => acquireLock(path)));
    const holders = held.filter((lock) => lock !== null);
    assert.equal(holders.length, 1);
    holders[0]?.release();
    assert.deepEqual(readdirSync(dir), []);
  }
});

test('one who died while taking over does not stand in the way', async () => {
  writeFileSync(path, dead('abc'));
  writeFileSync(`${path}.after-abc`, dead('def'));
  const held = await acquireLock(path);
  assert.ok(held !== null);
  held.release();
  assert.deepEqual(readdirSync(dir), []);
});

test('a file that is not a lock counts as stale', async () => {
  for (const content of ['', 'not JSON', '{"pid": 1}', `{"pid":1,"startTime":"x","nonce":"../x"}`]) {
    writeFileSync(path, content);
    const held = await acquireLock(path);
    assert.ok(held !== null, content);
    held.release();
  }
});
