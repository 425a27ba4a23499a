import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { LimitsOfPlatform } from './log-limits.ts';
import { Pace } from './pace.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rig-limits-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function read(content: object | string): LimitsOfPlatform {
  const path = join(dir, 'log-limits.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return LimitsOfPlatform.read(path);
}

test('without a file the defaults hold', () => {
  const limits = LimitsOfPlatform.read(join(dir, 'missing'));
  assert.deepEqual(limits.of('shop'), LimitsOfPlatform.none().of(undefined));
  assert.equal(limits.totalBytes, 10 * 1024 ** 3);
});

test('an app has its own limits, and those of the platform for the rest', () => {
  const limits = read({
    days: 3,
    totalMegabytes: 5,
    apps: { shop: { megabytes: 7, megabytesPerSecond: 0.5 } },
  });
  assert.deepEqual(limits.of('shop'), {
    ...LimitsOfPlatform.none().of(undefined),
    ageMs: 3 * 86_400_000,
    bytes: 7 * 1024 * 1024,
    bytesPerSecond: 512 * 1024,
  });
  assert.deepEqual(limits.of(undefined), { ...LimitsOfPlatform.none().of(undefined), ageMs: 3 * 86_400_000 });
  assert.equal(limits.of('toString').ageMs, 3 * 86_400_000);
  assert.equal(limits.totalBytes, 5 * 1024 * 1024);
});

test('a file that is wrong is refused with what is wrong', () => {
  assert.throws(() => read('{'), SyntaxError);
  assert.throws(() => read({ gigabytes: 1 }), /gigabytes, which is not one of/);
  assert.throws(() => read({ days: -1 }), /days is not a number above 0/);
  assert.throws(() => read({ apps: { shop: { days: '3' } } }), /apps.shop: days is not/);
});

test('what is beyond the burst has to wait for as long as its rate takes', () => {
  const pace = new Pace();
  const limits = { bytesPerSecond: 1000, burstBytes: 5000 };
  assert.equal(pace.take(5000, limits), 0);
  const wait = pace.take(2000, limits);
  assert.ok(wait > 1900 && wait <= 2000, `${wait} ms`);
});
