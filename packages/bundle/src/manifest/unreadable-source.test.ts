import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

/** Scans and hashes as a user whom permissions concern: root gives up its rights once all is loaded. */
const script = `
const { scanTree, hashTree } = await import(process.argv[1]);
if (process.getuid() === 0) process.setuid(65534);
try {
  await hashTree(await scanTree(process.argv[2]));
  console.log('{}');
} catch ({ code, message }) {
  console.log(JSON.stringify({ code, message }));
}`;

async function read(root: string): Promise<{ code?: string; message?: string }> {
  const index = new URL('../index.ts', import.meta.url).href;
  const args = ['--conditions=rig-source', '--input-type=module', '-e', script, index, root];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as { code?: string; message?: string };
}

test('a file or folder that may not be read is named', async () => {
  const root = mkdtempSync(join(tmpdir(), 'rig-unreadable-'));
  try {
    chmodSync(root, 0o755);
    mkdirSync(join(root, 'closed'));
    writeFileSync(join(root, 'index.html'), 'x');
    writeFileSync(join(root, 'private.html'), 'y');
    assert.deepEqual(await read(root), {});
    chmodSync(join(root, 'private.html'), 0o000);
    const file = await read(root);
    assert.equal(file.code, 'source_unreadable');
    assert.match(file.message ?? '', /private\.html/);
    rmSync(join(root, 'private.html'));
    chmodSync(join(root, 'closed'), 0o000);
    const folder = await read(root);
    assert.equal(folder.code, 'source_unreadable');
    assert.match(folder.message ?? '', /closed/);
  } finally {
    chmodSync(join(root, 'closed'), 0o755);
    rmSync(root, { recursive: true, force: true });
  }
});
