import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { openLogWriter } from '@rig-ops/logstore';
import { LogKeeper } from './log-keeper.ts';
import { LimitsOfPlatform } from './log-limits.ts';
import { StoreLeases } from './store-leases.ts';

let dir: string;
let root: string;
let limitsPath: string;
let warnings: string[];
let keeper: LogKeeper;
let leases: StoreLeases;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rig-keeper-'));
  root = join(dir, 'logs');
  limitsPath = join(dir, 'log-limits.json');
  warnings = [];
  const log = { info: () => undefined, warn: (message: string) => void warnings.push(message) };
  keeper = new LogKeeper({ root, limitsPath, log });
  leases = new StoreLeases((app) => keeper.limitsOf(app));
});
afterEach(() => rmSync(dir, { recursive: true }));

const source = { kind: 'app', process: 'web', instance: 'web.1', release: 1, stream: 'stdout' } as const;

/** A store of three segments, written at these times. */
async function makeStore(name: string, times: readonly number[]): Promise<string> {
  const store = join(root, 'apps', name);
  const writer = await openLogWriter(store);
  for (const at of times) {
    await writer.append([{ at, source, bytes: Buffer.from('line') }]);
    await writer.rotate();
  }
  await writer.close();
  return store;
}

const segments = (store: string) => readdirSync(store).filter((name) => /\.(seg|sealed)$/.test(name)).length;

test('room is made of the oldest segments, until only the newest of each store is left', async () => {
  const store = await makeStore('a', [1, 2, 3]);
  const before = segments(store);
  assert.equal(await keeper.makeRoom(), true);
  assert.ok(segments(store) < before);
  assert.equal(segments(store), 1);
  assert.equal(await keeper.makeRoom(), false);
});

test('limits are read again, those of an app by its name; a wrong file is told once and changes nothing', async () => {
  const now = Date.now();
  const [a, b] = [await makeStore('a', [1, now]), await makeStore('b', [1, now])];
  writeFileSync(join(a, 'app'), 'shop');
  writeFileSync(limitsPath, JSON.stringify({ days: 1_000_000, apps: { shop: { days: 30 } } }));
  await keeper.look(leases);
  assert.ok(segments(a) < segments(b), `${segments(a)} and ${segments(b)} segments`);
  writeFileSync(limitsPath, '{"gigabytes": 1}');
  await keeper.look(leases);
  await keeper.look(leases);
  assert.deepEqual(warnings, ['log-limits.json is not used']);
  assert.equal(keeper.limitsOf('shop').ageMs, 30 * 86_400_000);
  rmSync(limitsPath);
  await keeper.look(leases);
  assert.deepEqual(keeper.limitsOf('shop'), LimitsOfPlatform.none().of(undefined));
});
