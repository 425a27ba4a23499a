import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { platformLayout } from '@rig-ops/contract/layout';
import type { StoragePart } from '@rig-ops/contract/resources';
import { prepareFolders } from '../../../prepare-folders.ts';
import { makeTemporaryFolder } from '../../../testing/temporary-folder.ts';
import { StorageMeter } from './storage-meter.ts';

const duOf = (...paths: string[]): number =>
  paths.reduce(
    (sum, path) =>
      sum + Number(execFileSync('du', ['-sk', path], { encoding: 'utf8' }).split('\t')[0]) * 1024,
    0,
  );

function write(path: string, bytes: number): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, Buffer.alloc(bytes, 1));
  return path;
}

test('parts take what du says, and settled artifacts are not looked at again', async (t) => {
  const layout = platformLayout(await makeTemporaryFolder(t));
  await prepareFolders(layout);
  const line = write(join(layout.logs, 'apps', 'app_1', '1.log'), 100_000);
  linkSync(line, `${line}.again`);
  symlinkSync('/usr', join(layout.logs, 'apps', 'elsewhere'));
  for (let file = 0; file < 300; file += 1)
    write(join(layout.artifacts, 'bld_1', 'deep', `${file}.js`), 5_000);
  write(join(layout.artifacts, 'bld_2', 'index.js'), 5_000);
  write(layout.database, 30_000);
  write(join(layout.recordings, 'ses_1.cast'), 12_345);
  let now = new Date();
  const meter = new StorageMeter(layout, { now: () => now });
  t.after(() => meter.stop());
  await meter.measure();
  const bytesOf = (part: StoragePart) => meter.latest?.sizes.get(part);
  assert.equal(bytesOf('logs'), duOf(layout.logs));
  assert.equal(bytesOf('releases'), duOf(layout.artifacts));
  assert.equal(bytesOf('database'), duOf(layout.database));
  assert.equal(bytesOf('recordings'), duOf(layout.recordings));
  assert.equal(bytesOf('caches'), 0);
  const before = bytesOf('releases');
  now = new Date(now.getTime() + 3_600_000);
  await meter.measure();
  write(join(layout.artifacts, 'bld_1', 'late.js'), 50_000);
  await meter.measure();
  assert.equal(bytesOf('releases'), before);
  rmSync(join(layout.artifacts, 'bld_1'), { recursive: true });
  await meter.measure();
  assert.equal(bytesOf('releases'), duOf(layout.artifacts));
});

test('ends in the middle of a measurement', async (t) => {
  const layout = platformLayout(await makeTemporaryFolder(t));
  await prepareFolders(layout);
  for (let file = 0; file < 500; file += 1) writeFileSync(join(layout.blobs, `${file}`), 'x');
  const meter = new StorageMeter(layout, { now: () => new Date() });
  const measuring = meter.measure();
  await meter.stop();
  await assert.rejects(measuring, { name: 'AbortError' });
  assert.equal(meter.latest, null);
});
