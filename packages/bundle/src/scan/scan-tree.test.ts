import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { failsWith } from '../testing/expect-error.ts';
import { makeFolder, makeTree } from '../testing/temporary-folder.ts';
import { readFolder, statEntry } from './read-folder.ts';
import type { ScannedEntry } from './scan.ts';
import { scanTree } from './scan-tree.ts';

const makePipe = 'mkfifo';
const paths = (entries: { path: string }[]) => entries.map(({ path }) => path);
/** Without what differs from run to run. */
const plain = (entries: ScannedEntry[]) =>
  entries.map((entry) => {
    if (entry.type !== 'file') return entry;
    const { stamp, ...rest } = entry;
    assert.ok(stamp.mtimeMs > 0 && stamp.ctimeMs > 0 && stamp.inode > 0);
    return rest;
  });

test('finds files, executables, symlinks and empty folders, sorted by the bytes of their paths', async (t) => {
  const root = makeTree(t, {
    'z.txt': 'last',
    'bin/run': { script: '#!/bin/sh\n' },
    'bin-x': '',
    'deep/er/a': 'abc',
    'deep/empty': null,
    link: { link: 'deep/er' },
    'deep/er/broken': { link: '../nowhere' },
    '\u{1F600}': 'astral',
    '\uFFEE': 'end of the plane',
  });
  const { entries, ignored, notes } = await scanTree(root);
  assert.deepEqual(plain(entries), [
    { type: 'file', path: 'bin-x', size: 0, executable: false },
    { type: 'file', path: 'bin/run', size: 10, executable: true },
    { type: 'directory', path: 'deep/empty' },
    { type: 'file', path: 'deep/er/a', size: 3, executable: false },
    { type: 'symlink', path: 'deep/er/broken', target: '../nowhere' },
    { type: 'symlink', path: 'link', target: 'deep/er' },
    { type: 'file', path: 'z.txt', size: 4, executable: false },
    { type: 'file', path: '\uFFEE', size: 16, executable: false },
    { type: 'file', path: '\u{1F600}', size: 6, executable: false },
  ]);
  assert.deepEqual([ignored, notes], [[], []]);
});

test('leaves out what never belongs to a bundle, and says so where it may surprise', async (t) => {
  const root = makeTree(t, {
    '.git/HEAD': 'ref',
    '.rig/state': '',
    'sub/.svn/x': '',
    'sub/.git': 'gitdir: elsewhere',
    'package.json': '{}',
    'node_modules/a/index.js': '',
    'sub/node_modules/kept.js': '',
    '.env': 'SECRET=1',
    '.env.local': 'SECRET=2',
    '.env.example': 'SECRET=',
    '.env.sample': 'SECRET=',
    'sub/.env.production': 'SECRET=3',
    '.environment': '',
  });
  const { entries, ignored, notes } = await scanTree(root);
  assert.deepEqual(paths(entries), [
    '.env.example',
    '.env.sample',
    '.environment',
    'package.json',
    'sub/node_modules/kept.js',
  ]);
  assert.deepEqual(paths(ignored).toSorted(), [
    '.env',
    '.env.local',
    '.git',
    '.rig',
    'node_modules',
    'sub/.env.production',
    'sub/.git',
    'sub/.svn',
  ]);
  assert.deepEqual(notes.map((note) => note.split(' ')[0]).toSorted(), [
    '.env',
    '.env.local',
    'node_modules',
    'sub/.env.production',
  ]);
});

test('says nothing about what the owner left out', async (t) => {
  const root = makeTree(t, {
    '.gitignore': 'node_modules\n.env\n',
    'package.json': '{}',
    'node_modules/a.js': '',
    '.env': 'SECRET=1',
  });
  const { entries, ignored, notes } = await scanTree(root);
  assert.deepEqual(paths(entries), ['.gitignore', 'package.json']);
  assert.deepEqual(ignored, [
    { path: '.env', rule: '.gitignore:2: .env' },
    { path: 'node_modules', rule: '.gitignore:1: node_modules' },
  ]);
  assert.deepEqual(notes, []);
});

test('.rigignore has the last word', async (t) => {
  const root = makeTree(t, {
    '.gitignore': 'dist\n*.map\n',
    '.rigignore': '!dist\ndocs/\n/dist/*.tmp\n',
    'dist/main.js': '',
    'dist/main.js.map': '',
    'dist/x.tmp': '',
    'docs/a.md': '',
    'sub/.rigignore': '!*.map\n',
    'sub/.gitignore': '*.map\n',
    'sub/b.map': '',
  });
  const { entries, ignored } = await scanTree(root);
  assert.deepEqual(
    paths(entries).filter((path) => !path.endsWith('ignore')),
    ['dist/main.js', 'sub/b.map'],
  );
  assert.deepEqual(
    ignored,
    [
      { path: 'docs', rule: '.rigignore:2: docs/' },
      { path: 'dist/x.tmp', rule: '.rigignore:3: /dist/*.tmp' },
      { path: 'dist/main.js.map', rule: '.gitignore:2: *.map' },
    ].toSorted((a, b) => paths(ignored).indexOf(a.path) - paths(ignored).indexOf(b.path)),
  );
});

test('what is meant as it is leaves out nothing that git ignores, but what .rigignore lists', async (t) => {
  const root = makeTree(t, {
    '.git/info/exclude': 'c\n',
    '.gitignore': 'a\n',
    '.rigignore': 'b\n',
    a: '',
    b: '',
    c: '',
    'sub/.git/HEAD': '',
    'sub/.gitignore': 'a\n',
    'sub/a': '',
  });
  const { entries } = await scanTree(root, { gitRules: false });
  assert.deepEqual(paths(entries), ['.gitignore', '.rigignore', 'a', 'c', 'sub/.gitignore', 'sub/a']);
});

test('does not enter what it leaves out', async (t) => {
  const root = makeTree(t, { '.gitignore': 'closed/\n', a: '', 'closed/secret': '' });
  const loop = join(root, 'closed', 'deep');
  mkdirSync(join(loop, ...Array.from({ length: 80 }, () => 'd')), { recursive: true });
  assert.deepEqual(paths((await scanTree(root)).entries), ['.gitignore', 'a']);
});

test('sockets and pipes are left out with a note', async (t) => {
  const root = makeTree(t, { a: '' });
  execFileSync(makePipe, [join(root, 'pipe')]);
  const server = createServer().listen(join(root, 'sock'));
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => server.close());
  const { entries, notes } = await scanTree(root);
  assert.deepEqual(paths(entries), ['a']);
  assert.match(
    notes.join('\n'),
    /pipe is left out: it is a named pipe[\s\S]*sock is left out: it is a socket/,
  );
});

test('names are in normal form C, and the spelling on disk is kept for reading', async (t) => {
  const root = makeTree(t, {
    'cafe\u0301/re\u0301sume\u0301': 'x',
    plain: '',
    to: { link: 'cafe\u0301/re\u0301sume\u0301' },
  });
  const { entries } = await scanTree(root);
  assert.deepEqual(plain(entries)[0], {
    type: 'file',
    path: 'caf\u00e9/r\u00e9sum\u00e9',
    size: 1,
    executable: false,
    onDisk: 'cafe\u0301/re\u0301sume\u0301',
  });
  assert.deepEqual(entries[2], { type: 'symlink', path: 'to', target: 'caf\u00e9/r\u00e9sum\u00e9' });
});

const refused: [what: string, tree: Parameters<typeof makeTree>[1], says: RegExp][] = [
  ['names that differ in case only', { 'a/README': '', 'a/Readme': '' }, /a\/README and a\/Readme/],
  ['folders that differ in case only', { 'Lib/a': '', 'lib/b': '' }, /Lib and lib/],
  ['two spellings of one name', { '\u00e9': '', 'e\u0301': '' }, /\u00e9 appears twice/],
  ['a symlink out of the source', { a: '', 'sub/out': { link: '../../etc' } }, /symlink sub\/out.*outside/],
  ['a symlink to an absolute path', { a: '', out: { link: '/etc/passwd' } }, /symlink out.*absolute/],
  [
    'a symlink that leaves by way of another',
    { 'a/b/c/l': { link: '../../../top' }, 'top/x': '', out: { link: 'a/b/c/l/../../..' } },
    /symlink out.*behind another/,
  ],
  ['a backslash in a name', { 'a\\b': '' }, /backslash/],
];
for (const [what, tree, says] of refused) {
  test(`refuses ${what}`, async (t) => {
    await assert.rejects(scanTree(makeTree(t, tree)), failsWith('invalid_bundle', says));
  });
}

test('refuses a name that is not UTF-8, and folders too deep', async (t) => {
  const root = makeFolder(t);
  writeFileSync(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9])]), '');
  await assert.rejects(scanTree(root), failsWith('invalid_bundle', /not UTF-8/));
  const folders = makeTree(t, { a: '' });
  mkdirSync(Buffer.concat([Buffer.from(`${folders}/caf`), Buffer.from([0xe9])]));
  await assert.rejects(scanTree(folders), failsWith('invalid_bundle', /not UTF-8/));
  const links = makeTree(t, { a: '' });
  symlinkSync(Buffer.from([0xe9]), join(links, 'link'));
  await assert.rejects(
    scanTree(links),
    failsWith('invalid_bundle', /target of the symlink link is not UTF-8/),
  );
  const deep = makeFolder(t);
  const folder = join(deep, ...Array.from({ length: 70 }, () => 'd'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'a'), '');
  await assert.rejects(scanTree(deep), failsWith('invalid_bundle', /deeper than 64/));
});

test('stops at the number of entries that the platform takes, and says where most of them are', async (t) => {
  const root = makeTree(t, { a: '', 'many/b': '', 'many/c': '', 'many/d/e': '' });
  assert.equal((await scanTree(root, { limits: { entries: 4, totalBytes: 0 } })).entries.length, 4);
  await assert.rejects(
    scanTree(root, { limits: { entries: 3, totalBytes: 0 } }),
    failsWith('bundle_too_large', /more than 3 files and folders, most of them in many/),
  );
});

test('a folder that is not there, is a file, holds nothing', async (t) => {
  const root = makeTree(t, { file: '', empty: null, 'left/.gitignore': '*\n', 'left/a.log': '' });
  await assert.rejects(scanTree(join(root, 'nowhere')), failsWith('source_not_found', /nowhere/));
  await assert.rejects(scanTree(join(root, 'file')), failsWith('source_not_found', /not a folder/));
  await assert.rejects(scanTree(join(root, 'empty')), failsWith('source_empty', /holds no file\./));
  await assert.rejects(scanTree(join(root, 'left')), failsWith('source_empty', /left out \(2/));
});

test('what cannot be read is named with the reason', (t) => {
  const root = makeTree(t, { file: '' });
  const below = join(root, 'file', 'x');
  assert.throws(() => readFolder(below, 'shown'), failsWith('source_unreadable', /shown.*\(ENOTDIR\)/));
  assert.throws(() => statEntry(below, 'shown'), failsWith('source_unreadable', /shown.*\(ENOTDIR\)/));
  assert.equal(statEntry(join(root, 'gone'), 'shown'), null);
});

test('stops when told to', async (t) => {
  const root = makeTree(t, { a: '', 'sub/b': '' });
  await assert.rejects(scanTree(root, { signal: AbortSignal.abort(new Error('enough')) }), /^Error: enough$/);
});
