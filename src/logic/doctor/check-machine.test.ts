import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { checkHome, checkMachine, checkNode } from './check-machine.ts';

const root = mkdtempSync(join(tmpdir(), 'rig-doctor-'));
after(() => rmSync(root, { recursive: true, force: true }));

test('an old Node is a problem with a fix', () => {
  assert.equal(checkNode('24.0.0').ok, true);
  const old = checkNode('22.19.0');
  assert.deepEqual([old.ok, old.fix], [false, 'Install Node 24 or newer.']);
});

test('the folder of the state has to be a folder, and private', () => {
  assert.equal(checkHome(join(root, 'not', 'there', 'yet')).ok, true);
  chmodSync(root, 0o700);
  assert.equal(checkHome(root).ok, true);
  chmodSync(root, 0o755);
  assert.equal(checkHome(root).fix, `Run: chmod 700 ${root}`);
  const file = join(root, 'file');
  writeFileSync(file, '');
  assert.match(checkHome(file).message, /is not a folder/);
  assert.equal(checkHome(join(file, 'below')).ok, false);
  chmodSync(root, 0o700);
});

test('everything is looked at', async () => {
  const checks = await checkMachine(root);
  assert.deepEqual(
    checks.map(({ name }) => name),
    ['node', 'home', 'disk', 'ports'],
  );
});
