import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { LimitsFile } from './log-limits-file.ts';
import { LogRetentionService } from './log-retention-service.ts';

let dir = '';
let path = '';
let service: LogRetentionService;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rig-retention-'));
  path = join(dir, 'log-limits.json');
  service = new LogRetentionService(new LimitsFile(path));
});
afterEach(() => rmSync(dir, { recursive: true }));

const written = () => JSON.parse(readFileSync(path, 'utf8')) as unknown;

test('what is set for an app goes before what is set for all, and both before the defaults', async () => {
  await service.change({ megabytes: 2048, totalMegabytes: 4096 });
  await service.change({ days: 30 }, 'shop');
  const shop = await service.get('shop');
  assert.deepEqual(
    [shop.megabytes, shop.days, shop.megabytesPerSecond, shop.totalMegabytes],
    [2048, 30, 64, 4096],
  );
  assert.deepEqual(shop.setBy, {
    megabytes: 'platform',
    days: 'app',
    megabytesPerSecond: 'default',
    burstMegabytes: 'default',
    totalMegabytes: 'platform',
  });
  const all = await service.get();
  assert.deepEqual([all.app, all.days, all.apps], [null, 14, ['shop']]);
});

test('null takes a limit away, and what is not named stays', async () => {
  await service.change({ megabytes: 2048, days: 3 });
  await service.change({ days: null });
  await service.change({ days: 30 }, 'shop');
  await service.change({ days: null }, 'shop');
  assert.deepEqual(written(), { megabytes: 2048, apps: {} });
});

test('an app that is gone leaves nothing for another one of its name', async () => {
  await service.change({ days: 30 }, 'shop');
  await service.change({ days: 40 }, 'api');
  await service.forget('shop');
  await service.forget('unknown');
  assert.deepEqual(written(), { apps: { api: { days: 40 } } });
});

test('changes at the same time all count', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, app) => service.change({ days: 1 }, `app-${app}`)));
  assert.equal((await service.get()).apps.length, 20);
});

test('what somebody has broken by hand is told, and not written over', async () => {
  writeFileSync(path, '{"megabytes": "many"}');
  await assert.rejects(service.change({ days: 1 }), { code: 'invalid_input' });
  await assert.rejects(service.get(), /megabytes is not a number above 0/);
  assert.deepEqual(written(), { megabytes: 'many' });
  await service.forget('shop');
});
