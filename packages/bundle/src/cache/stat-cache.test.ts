import assert from 'node:assert/strict';
import fs, {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CHUNK_BYTES } from '@rig-ops/contract/bundle-limits';
import { hashTree } from '../manifest/hash-tree.ts';
import { scanTree } from '../scan/scan-tree.ts';
import { Random } from '../testing/random.ts';
import { makeFolder, makeTree } from '../testing/temporary-folder.ts';
import { StatCache } from './stat-cache.ts';

const { openSync } = fs;
const past = (days: number) => new Date(Date.now() - days * 86_400_000);
/** When everything a test wrote has been at rest for an hour. */
const later = () => Date.now() + 3_600_000;

/** Scans and hashes with a cache; tells which files below the root were opened meanwhile. */
async function hash(t: TestContext, root: string, folder: string, now: (() => number) | null = later) {
  const opened: string[] = [];
  const counter = t.mock.method(fs, 'openSync', (...args: Parameters<typeof openSync>) => {
    if (String(args[0]).startsWith(`${root}/`)) opened.push(String(args[0]).slice(root.length + 1));
    return openSync(...args);
  });
  syncBuiltinESMExports();
  try {
    const cache = new StatCache(folder, root, now === null ? {} : { now });
    const manifest = await hashTree(await scanTree(root, { cache }), { cache });
    return { manifest, opened: opened.toSorted() };
  } finally {
    counter.mock.restore();
    syncBuiltinESMExports();
  }
}

const uncached = async (root: string) => await hashTree(await scanTree(root));
const content = {
  'a.txt': 'aaaa',
  'b/c.txt': 'cccc',
  'b/run': { script: 'x' },
  'ca.pem': '-----BEGIN CERTIFICATE-----',
  empty: '',
  'l\u00e4': 'x',
  'nfd-e\u0301': 'y',
};

test('a tree that did not change is not read, not even to look for keys', async (t) => {
  const root = makeTree(t, { ...content, large: Buffer.alloc(2 * CHUNK_BYTES + 1, 'x') });
  const folder = join(makeFolder(t), 'trees');
  const first = await hash(t, root, folder);
  assert.equal(new Set(first.opened).size, 8);
  assert.deepEqual(first.manifest, await uncached(root));
  const [name] = readdirSync(folder);
  const before = lstatSync(join(folder, name ?? ''));
  const second = await hash(t, root, folder);
  assert.deepEqual(second.opened, []);
  assert.deepEqual(second.manifest, first.manifest);
  assert.equal(lstatSync(join(folder, name ?? '')).ino, before.ino, 'and its cache is not written');
  assert.equal(before.mode & 0o777, 0o600);
});

const changes: [what: string, change: (root: string) => void, opened: string[]][] = [
  ['a content of another size', (root) => writeFileSync(join(root, 'a.txt'), 'aaaaa'), ['a.txt']],
  ['a content of the same size', (root) => writeFileSync(join(root, 'a.txt'), 'bbbb'), ['a.txt']],
  [
    'a content of the same size whose time was set back',
    (root) => {
      const { atimeNs, mtimeNs } = lstatSync(join(root, 'a.txt'), { bigint: true });
      writeFileSync(join(root, 'a.txt'), 'bbbb');
      utimesSync(join(root, 'a.txt'), Number(atimeNs) / 1e9, Number(mtimeNs) / 1e9);
    },
    ['a.txt'],
  ],
  [
    'another file in its place, with the same time',
    (root) => {
      const { atime, mtime } = lstatSync(join(root, 'a.txt'));
      writeFileSync(join(root, 'new'), 'bbbb');
      utimesSync(join(root, 'new'), atime, mtime);
      renameSync(join(root, 'new'), join(root, 'a.txt'));
    },
    ['a.txt'],
  ],
  ['a file that is new', (root) => writeFileSync(join(root, 'b/new'), 'new'), ['b/new']],
  ['a file that was renamed', (root) => renameSync(join(root, 'a.txt'), join(root, 'z.txt')), ['z.txt']],
  ['a file that went', (root) => rmSync(join(root, 'a.txt')), []],
  ['an exec bit', (root) => chmodSync(join(root, 'a.txt'), 0o755), ['a.txt']],
  [
    'two files that were swapped',
    (root) => {
      renameSync(join(root, 'a.txt'), join(root, 'tmp'));
      renameSync(join(root, 'b/c.txt'), join(root, 'a.txt'));
      renameSync(join(root, 'tmp'), join(root, 'b/c.txt'));
    },
    ['a.txt', 'b/c.txt'],
  ],
  [
    'a change by another of its names',
    (root) => {
      linkSync(join(root, 'a.txt'), join(root, 'also'));
      appendFileSync(join(root, 'also'), '!');
    },
    ['a.txt', 'also'],
  ],
];
for (const [what, change, opened] of changes) {
  test(`is seen: ${what}`, async (t) => {
    const root = makeTree(t, content);
    const folder = makeFolder(t);
    await hash(t, root, folder);
    change(root);
    const second = await hash(t, root, folder);
    assert.deepEqual(second.opened, opened);
    assert.deepEqual(second.manifest, await uncached(root));
    assert.deepEqual((await hash(t, root, folder)).opened, []);
  });
}

test('a change in the same tick of the clock is seen: what was just written is not trusted', async (t) => {
  const root = makeTree(t, { a: '0000', b: 'x' });
  const folder = makeFolder(t);
  let sameTick = 0;
  for (let round = 1; round <= 50 && sameTick < 3; round += 1) {
    writeFileSync(join(root, 'a'), `1${String(round).padStart(3)}`);
    const before = lstatSync(join(root, 'a'), { bigint: true });
    await hash(t, root, folder, null);
    writeFileSync(join(root, 'a'), `2${String(round).padStart(3)}`);
    utimesSync(join(root, 'a'), Number(before.atimeNs) / 1e9, Number(before.mtimeNs) / 1e9);
    if (lstatSync(join(root, 'a'), { bigint: true }).ctimeNs === before.ctimeNs) sameTick += 1;
    assert.deepEqual((await hash(t, root, folder, null)).manifest, await uncached(root));
  }
  const { opened } = await hash(t, root, folder, null);
  assert.ok(opened.includes('a'), 'and so it is read until it was at rest for a while');
});

test('a file that is at rest only just is read once more, and then no more', async (t) => {
  const root = makeTree(t, { a: 'x' });
  const folder = makeFolder(t);
  const { ctimeMs } = lstatSync(join(root, 'a'));
  const at = (seconds: number) => () => ctimeMs + seconds * 1000;
  assert.deepEqual((await hash(t, root, folder, at(2))).opened, ['a']);
  assert.deepEqual((await hash(t, root, folder, at(3))).opened, ['a']);
  assert.deepEqual((await hash(t, root, folder, at(3))).opened, []);
  const future = new Date(Date.now() + 7_200_000);
  utimesSync(join(root, 'a'), future, future);
  assert.deepEqual((await hash(t, root, folder)).opened, ['a']);
  assert.deepEqual((await hash(t, root, folder)).opened, ['a'], 'a time to come is never trusted');
});

test('a private key that was taken along by name is looked into again without the line', async (t) => {
  const root = makeTree(t, { a: 'x', 'k.pem': '-----BEGIN PRIVATE KEY-----', '.rigignore': '!k.pem\n' });
  const folder = makeFolder(t);
  const paths = async () => (await hash(t, root, folder)).manifest.entries.map(({ path }) => path);
  assert.deepEqual(await paths(), ['.rigignore', 'a', 'k.pem']);
  writeFileSync(join(root, '.rigignore'), '');
  assert.deepEqual(await paths(), ['.rigignore', 'a']);
});

test('a cache that is damaged anywhere is as good as none', async (t) => {
  const root = makeTree(t, content);
  const folder = makeFolder(t);
  const { manifest } = await hash(t, root, folder);
  const path = join(folder, readdirSync(folder)[0] ?? '');
  const whole = readFileSync(path);
  const random = new Random(7);
  for (let round = 0; round < 60; round += 1) {
    const bytes = Buffer.from(whole);
    const at = random.below(whole.length);
    if (round % 3 === 0) writeFileSync(path, bytes.subarray(0, at));
    else {
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      writeFileSync(path, bytes);
    }
    const again = await hash(t, root, folder);
    assert.deepEqual(again.manifest, manifest);
    assert.ok(again.opened.length > 0, `round ${round}`);
    assert.deepEqual(readFileSync(path), whole, 'and is made anew');
  }
});

test('the cache of another tree is not taken', async (t) => {
  const [one, other] = [makeTree(t, { a: '1' }), makeTree(t, { a: '2' })];
  const folder = makeFolder(t);
  await hash(t, one, folder);
  const [path = ''] = readdirSync(folder);
  const bytes = readFileSync(join(folder, path));
  await hash(t, other, folder);
  const [otherPath = ''] = readdirSync(folder).filter((name) => name !== path);
  writeFileSync(join(folder, otherPath), bytes);
  assert.deepEqual((await hash(t, other, folder)).opened, ['a']);
});

test('two at once, and a place that cannot be written, do no harm', async (t) => {
  const root = makeTree(t, content);
  const folder = makeFolder(t);
  const expected = await uncached(root);
  const both = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const cache = new StatCache(folder, root, { now: later });
      return await hashTree(await scanTree(root, { cache }), { cache });
    }),
  );
  for (const manifest of both) assert.deepEqual(manifest, expected);
  assert.equal(readdirSync(folder).length, 1);
  assert.deepEqual((await hash(t, root, folder)).opened, []);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  assert.deepEqual((await hash(t, root, join(file, 'no-folder'))).manifest, expected);
  assert.ok(!existsSync(join(file, 'no-folder')));
});

test('the caches of trees that were long not deployed go, and so do drafts of killed processes', async (t) => {
  const folder = makeFolder(t);
  mkdirSync(folder, { recursive: true });
  for (let number = 1; number <= 70; number += 1) {
    const path = join(folder, `${String(number).padStart(3, '0')}.stat`);
    writeFileSync(path, '');
    utimesSync(path, past(number), past(number));
  }
  writeFileSync(join(folder, 'draft.tmp'), '');
  utimesSync(join(folder, 'draft.tmp'), past(2), past(2));
  await hash(t, makeTree(t, { a: '' }), folder);
  const names = readdirSync(folder);
  assert.equal(names.length, 64);
  assert.ok(names.includes('063.stat') && !names.includes('064.stat') && !names.includes('draft.tmp'));
});
