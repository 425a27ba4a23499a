import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CHUNK_BYTES } from '@rig-ops/contract/bundle-limits';
import { scanTree } from '../scan/scan-tree.ts';
import { failsWith } from '../testing/expect-error.ts';
import { makeTree } from '../testing/temporary-folder.ts';
import { hashTree } from './hash-tree.ts';
import { readSourceFile } from './read-source-file.ts';
import { validateManifest } from './validate-manifest.ts';

const makePipe = 'mkfifo';
const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('a manifest has the content of every file, in chunks', async (t) => {
  const large = Buffer.alloc(2 * CHUNK_BYTES + 5, 'x');
  const root = makeTree(t, {
    large,
    exact: large.subarray(0, CHUNK_BYTES),
    'bin/run': { script: 'go' },
    'bin/empty': '',
    'bin/link': { link: 'run' },
    'bin/none': null,
  });
  const reports: number[] = [];
  const manifest = await hashTree(await scanTree(root), { onProgress: (bytes) => reports.push(bytes) });
  const chunk = sha256(large.subarray(0, CHUNK_BYTES));
  assert.deepEqual(manifest, {
    version: 1,
    entries: [
      { type: 'file', path: 'bin/empty', executable: false, size: 0, chunks: [] },
      { type: 'symlink', path: 'bin/link', target: 'run' },
      { type: 'directory', path: 'bin/none' },
      { type: 'file', path: 'bin/run', executable: true, size: 2, chunks: [sha256('go')] },
      { type: 'file', path: 'exact', executable: false, size: CHUNK_BYTES, chunks: [chunk] },
      {
        type: 'file',
        path: 'large',
        executable: false,
        size: large.length,
        chunks: [chunk, chunk, sha256('xxxxx')],
      },
    ],
  });
  validateManifest(manifest);
  assert.equal(reports.at(-1), 3 * CHUNK_BYTES + 7);
  assert.deepEqual(
    reports,
    reports.toSorted((a, b) => a - b),
  );
});

test('what changed since the scan is taken as it is now; what went is named', async (t) => {
  const root = makeTree(t, { a: 'one', 'sub/b': 'two' });
  const scan = await scanTree(root);
  writeFileSync(join(root, 'a'), 'longer');
  const [a] = (await hashTree(scan)).entries;
  assert.deepEqual(a, { type: 'file', path: 'a', executable: false, size: 6, chunks: [sha256('longer')] });
  rmSync(join(root, 'sub/b'));
  await assert.rejects(hashTree(scan), failsWith('source_changed', /sub\/b was removed/));
});

test('a file that changes while it is read is read once more', (t) => {
  const root = makeTree(t, { log: 'x'.repeat(100) });
  const path = join(root, 'log');
  const read = (changes: number) => {
    let attempts = 0;
    let seen = '';
    const result = () =>
      readSourceFile(path, 'log', {
        buffer: Buffer.alloc(64),
        begin: () => {
          attempts += 1;
          seen = '';
        },
        take: (piece) => {
          if (seen === '' && attempts <= changes) appendFileSync(path, 'y');
          seen += piece.toString();
        },
      });
    return { result, seen: () => seen, attempts: () => attempts };
  };
  const once = read(1);
  const { size, executable } = once.result();
  assert.deepEqual({ size, executable }, { size: 101, executable: false });
  assert.equal(once.seen(), `${'x'.repeat(100)}y`);
  assert.equal(once.attempts(), 2);
  const twice = read(2);
  assert.throws(() => twice.result(), failsWith('source_changed', /log changed/));
});

test('content that was replaced by as much other content is noticed', (t) => {
  const root = makeTree(t, { log: 'x'.repeat(100) });
  const path = join(root, 'log');
  const attempt = () =>
    readSourceFile(path, 'log', {
      buffer: Buffer.alloc(64),
      begin: () => undefined,
      take: () => writeFileSync(path, 'y'.repeat(100)),
    });
  assert.throws(attempt, failsWith('source_changed'));
});

test('what cannot be read is named with the reason', async (t) => {
  const root = makeTree(t, { 'sub/file': 'x' });
  const scan = await scanTree(root);
  rmSync(join(root, 'sub'), { recursive: true });
  writeFileSync(join(root, 'sub'), '');
  await assert.rejects(
    hashTree(scan),
    failsWith('source_unreadable', /sub\/file cannot be read \(ENOTDIR\)/),
  );
});

for (const [what, replace] of [
  ['a folder', (path: string) => mkdirSync(path)],
  ['a symlink', (path: string) => symlinkSync('/etc/passwd', path)],
  ['a named pipe', (path: string) => execFileSync(makePipe, [path])],
] as const) {
  test(`a file that became ${what} since the scan is not read`, async (t) => {
    const root = makeTree(t, { 'sub/file': 'x' });
    const scan = await scanTree(root);
    rmSync(join(root, 'sub/file'));
    replace(join(root, 'sub/file'));
    await assert.rejects(hashTree(scan), failsWith('source_changed', /sub\/file is no longer a file/));
  });
}

test('stops when told to', async (t) => {
  const scan = await scanTree(makeTree(t, { a: 'x' }));
  await assert.rejects(hashTree(scan, { signal: AbortSignal.abort(new Error('enough')) }), /^Error: enough$/);
});
