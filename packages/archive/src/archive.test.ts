import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { Header } from 'tar';
import { pack, receiveFile, unpack, type UnpackOptions } from './index.ts';

const makeFolder = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'rig-archive-'));
  t.after(() => {
    execFileSync('chmod', ['-R', 'u+rwx', folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
};

async function* chunksOf(bytes: Uint8Array, size = 100_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function packed(source: string, change: { recursive?: boolean; name?: string } = {}) {
  const chunks: Buffer[] = [];
  const write = async (bytes: Uint8Array) => void chunks.push(Buffer.from(bytes));
  const copied = await pack(source, { shown: source, recursive: true, write, ...change });
  return { bytes: Buffer.concat(chunks), copied };
}

const unpacked = (bytes: Uint8Array, destination: string, change: Partial<UnpackOptions> = {}) =>
  unpack(chunksOf(bytes), { destination, shown: destination, noClobber: false, ...change });

interface Entry {
  path: string;
  content?: string;
  type?: 'File' | 'Directory' | 'SymbolicLink' | 'Link' | 'CharacterDevice' | 'FIFO';
  target?: string;
  mode?: number;
}

/** An archive that no honest side would make. */
function hostile(entries: readonly Entry[], end = true): Buffer {
  const blocks = entries.flatMap(({ path, content = '', type = 'File', target, mode = 0o644 }) => {
    const head = Buffer.alloc(512);
    const link = target === undefined ? {} : { linkpath: target };
    new Header({ path, type, mode, size: content.length, mtime: new Date(0), ...link }).encode(head, 0);
    const rest = Buffer.alloc((512 - (content.length % 512)) % 512);
    return [head, Buffer.from(content), rest];
  });
  return Buffer.concat([...blocks, ...(end ? [Buffer.alloc(1024)] : [])]);
}

describe('a tree', () => {
  it('is the same at the other side: content, modes, times, links, names', async (t) => {
    const folder = makeFolder(t);
    const source = join(folder, 'source');
    mkdirSync(join(source, 'deep', 'empty'), { recursive: true });
    const long = 'n'.repeat(200);
    const content = randomBytes(3_000_000);
    writeFileSync(join(source, 'big'), content);
    writeFileSync(join(source, 'deep', `${long} ümlaut`), 'x');
    writeFileSync(join(source, 'run'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(join(source, 'secret'), 's', { mode: 0o400 });
    symlinkSync('../nowhere', join(source, 'deep', 'link'));
    symlinkSync('deep', join(source, 'way'));
    utimesSync(join(source, 'run'), 1_000_000, 1_000_000);
    chmodSync(join(source, 'deep', 'empty'), 0o500);
    const { bytes, copied } = await packed(source);
    assert.deepEqual(copied, { files: 9, bytes: 3_000_012, left: [], leftCount: 0, unreadable: 0 });
    assert.deepEqual(await unpacked(bytes, join(folder, 'copy')), copied);
    execFileSync('sh', ['-c', 'diff -r --no-dereference "$0" "$1"', source, join(folder, 'copy')]);
    const copy = (...names: string[]) => join(folder, 'copy', ...names);
    assert.equal(lstatSync(copy('run')).mode & 0o7777, 0o755);
    assert.equal(lstatSync(copy('run')).mtimeMs, 1_000_000_000);
    assert.equal(lstatSync(copy('secret')).mode & 0o7777, 0o400);
    assert.equal(lstatSync(copy('deep', 'empty')).mode & 0o7777, 0o500);
    assert.equal(readlinkSync(copy('deep', 'link')), '../nowhere');
    assert.deepEqual(readdirSync(folder).toSorted(), ['copy', 'source']);
  });

  it('is one that tar itself reads', async (t) => {
    const folder = makeFolder(t);
    mkdirSync(join(folder, 'd'));
    writeFileSync(join(folder, 'd', 'a'), 'a');
    const { bytes } = await packed(join(folder, 'd'));
    assert.equal(execFileSync('tar', ['tf', '-'], { input: bytes }).toString(), 'd/\nd/a\n');
  });

  it('leaves out what is no file and what cannot be read, and says so', async (t) => {
    const folder = makeFolder(t);
    const source = join(folder, 'source');
    mkdirSync(source);
    writeFileSync(join(source, 'a'), 'a');
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(source, 'pipe')]);
    writeFileSync(Buffer.concat([Buffer.from(join(source, 'x')), Buffer.from([0xff])]), 'x');
    const { copied } = await packed(source);
    assert.equal(copied.files, 2);
    assert.deepEqual(
      copied.left.map(({ why }) => why),
      ['a pipe', 'its name is not UTF-8'],
    );
    assert.deepEqual([copied.leftCount, copied.unreadable], [2, 1]);
    await assert.rejects(packed(join(source, 'pipe')), { code: 'path_conflict' });
    await assert.rejects(packed(join(source, 'none')), { code: 'path_not_found' });
    await assert.rejects(packed(source, { recursive: false }), { code: 'path_conflict' });
  });
});

const prepare = async (t: TestContext) => {
  const folder = makeFolder(t);
  const at = (...names: string[]) => join(folder, ...names);
  mkdirSync(at('source', 'sub'), { recursive: true });
  writeFileSync(at('source', 'sub', 'f'), 'new');
  writeFileSync(at('file'), 'new');
  mkdirSync(at('there'));
  writeFileSync(at('taken'), 'old');
  return { at, tree: (await packed(at('source'))).bytes, file: (await packed(at('file'))).bytes };
};
const read = (path: string) => readFileSync(path, 'utf8');

describe('the destination', () => {
  it('is that of cp', async (t) => {
    const { at, tree, file } = await prepare(t);
    await unpacked(file, at('there'));
    assert.equal(read(at('there', 'file')), 'new');
    await unpacked(file, at('there', 'other'));
    assert.equal(read(at('there', 'other')), 'new');
    await unpacked(file, at('taken'));
    assert.equal(read(at('taken')), 'new');
    await unpacked(tree, at('there'));
    assert.equal(read(at('there', 'source', 'sub', 'f')), 'new');
    await unpacked(tree, at('fresh'));
    assert.equal(read(at('fresh', 'sub', 'f')), 'new');
    await unpacked(tree, `${at('slash')}/`);
    assert.equal(read(at('slash', 'sub', 'f')), 'new');
    const content = (await packed(`${at('source')}/.`)).bytes;
    await unpacked(content, at('there'));
    assert.equal(read(at('there', 'sub', 'f')), 'new');
    await unpacked(content, at('made'));
    assert.equal(read(at('made', 'sub', 'f')), 'new');
    await assert.rejects(unpacked(file, `${at('none')}/`), { code: 'path_not_found' });
    await assert.rejects(unpacked(file, at('none', 'x')), { code: 'path_not_found' });
    await assert.rejects(unpacked(tree, at('taken')), { code: 'path_conflict' });
    mkdirSync(at('there', 'f2', 'file'), { recursive: true });
    await assert.rejects(unpacked(file, at('there', 'f2')), { code: 'path_conflict' });
  });

  it('is no pipe or device; a link that is named is followed, one that is met is replaced', async (t) => {
    const { at, file, tree } = await prepare(t);
    execFileSync('sh', ['-c', 'mkfifo "$0"', at('pipe')]);
    symlinkSync('pipe', at('to-pipe'));
    symlinkSync('taken', at('to-taken'));
    mkdirSync(at('there', 'source', 'sub'), { recursive: true });
    execFileSync('sh', ['-c', 'mkfifo "$0"', at('there', 'source', 'sub', 'f')]);
    for (const [bytes, place] of [
      [file, at('pipe')],
      [file, at('to-pipe')],
      [tree, at('there')],
    ] as const) {
      await assert.rejects(unpacked(bytes, place), { code: 'path_conflict' });
    }
    assert.ok(lstatSync(at('pipe')).isFIFO());
    assert.ok(lstatSync(at('there', 'source', 'sub', 'f')).isFIFO());
    await unpacked(file, at('to-taken'));
    assert.ok(lstatSync(at('to-taken')).isSymbolicLink());
    assert.equal(read(at('taken')), 'new');
  });

  it('is mixed with what is there; --no-clobber leaves that', async (t) => {
    const { at, tree } = await prepare(t);
    mkdirSync(at('there', 'source', 'sub'), { recursive: true, mode: 0o750 });
    writeFileSync(at('there', 'source', 'sub', 'f'), 'old');
    writeFileSync(at('there', 'source', 'sub', 'own'), 'own');
    const kept = await unpacked(tree, at('there'), { noClobber: true });
    assert.deepEqual([read(at('there', 'source', 'sub', 'f')), kept.leftCount], ['old', 1]);
    await unpacked(tree, at('there'));
    assert.equal(read(at('there', 'source', 'sub', 'f')), 'new');
    assert.equal(read(at('there', 'source', 'sub', 'own')), 'own');
    assert.equal(lstatSync(at('there', 'source', 'sub')).mode & 0o777, 0o750);
  });

  it('is never seen half', async (t) => {
    const { at, tree, file } = await prepare(t);
    const half = async function* (bytes: Buffer) {
      yield bytes.subarray(0, bytes.length - 1500);
      assert.equal(readdirSync(at('')).includes('half'), false);
      throw new Error('cut');
    };
    const options = { shown: 'x', noClobber: false };
    const before = readdirSync(at('')).toSorted();
    await assert.rejects(unpack(half(tree), { ...options, destination: at('half') }));
    await assert.rejects(unpack(half(file), { ...options, destination: at('taken') }));
    await assert.rejects(receiveFile(half(Buffer.alloc(5_000)), { ...options, destination: at('taken') }));
    await assert.rejects(unpacked(tree.subarray(0, -1024), at('half')), { code: 'connection_lost' });
    assert.deepEqual(readdirSync(at('')).toSorted(), before);
    assert.equal(read(at('taken')), 'old');
  });

  it('takes a file of unknown length as it comes', async (t) => {
    const { at } = await prepare(t);
    const options = { shown: 'x', noClobber: false };
    const copied = await receiveFile(chunksOf(Buffer.from('streamed')), { ...options, destination: at('s') });
    assert.deepEqual([read(at('s')), copied.bytes], ['streamed', 8]);
    await assert.rejects(receiveFile(chunksOf(Buffer.from('x')), { ...options, destination: at('there') }), {
      code: 'path_conflict',
    });
  });
});

describe('an archive that means ill', () => {
  const top: Entry = { path: 'd/', type: 'Directory', mode: 0o755 };
  const cases: Record<string, Entry[]> = {
    'an absolute name': [{ path: '/evil', content: 'x' }],
    'a name out of it': [top, { path: 'd/../../evil', content: 'x' }],
    'a name that is dots': [{ path: '../evil', content: 'x' }],
    'a second top': [top, { path: 'evil', content: 'x' }],
    'something else at the top': [
      { path: 'd', content: 'x' },
      { path: 'd', type: 'SymbolicLink', target: '..' },
    ],
    'no top': [{ path: 'd/evil', content: 'x' }],
    'a file through its own link': [
      top,
      { path: 'd/out', type: 'SymbolicLink', target: '../outside' },
      { path: 'd/out/evil', content: 'x' },
      { path: 'd/out/evil', type: 'SymbolicLink', target: 'x' },
    ],
    'a link through its own link': [
      top,
      { path: 'd/out', type: 'SymbolicLink', target: '../outside' },
      { path: 'd/out/evil', type: 'SymbolicLink', target: 'x' },
    ],
    'a folder through its own link': [
      top,
      { path: 'd/a', type: 'SymbolicLink', target: '../outside' },
      { path: 'd/a/evil', type: 'Directory' },
      { path: 'd/a/evil/x', content: 'x' },
    ],
    'a hard link': [top, { path: 'd/evil', type: 'Link', target: '../../outside/old' }],
    'a device': [top, { path: 'd/evil', type: 'CharacterDevice' }],
    'a pipe': [top, { path: 'd/evil', type: 'FIFO' }],
  };
  for (const [what, entries] of Object.entries(cases)) {
    it(`is refused and leaves nothing: ${what}`, async (t) => {
      for (const merges of [false, true]) {
        const folder = makeFolder(t);
        mkdirSync(join(folder, 'outside'));
        writeFileSync(join(folder, 'outside', 'old'), 'old');
        if (merges) mkdirSync(join(folder, 'in', 'd'), { recursive: true });
        const refused = unpacked(hostile(entries), join(folder, 'in'));
        // A folder that is made where the archive has a link and a folder of one name is no way out.
        await assert.rejects(refused, (error: { code: string }) =>
          ['copy_unsafe', 'path_conflict', 'path_not_found'].includes(error.code),
        );
        assert.deepEqual(readdirSync(join(folder, 'outside')), ['old']);
        assert.equal(readFileSync(join(folder, 'outside', 'old'), 'utf8'), 'old');
        assert.equal(readdirSync(tmpdir()).includes('evil'), false);
        assert.deepEqual(readdirSync(folder).toSorted(), merges ? ['in', 'outside'] : ['outside']);
      }
    });
  }

  it('has no link out of it where links are to stay inside', async (t) => {
    const folder = makeFolder(t);
    const linked = (path: string, target: string) =>
      unpacked(hostile([top, { path, type: 'SymbolicLink', target }]), join(folder, 'in'), {
        linksStayInside: true,
      });
    for (const [path, target] of [
      ['d/out', '..'],
      ['d/out', '../outside'],
      ['d/out', 'a/../../outside'],
      ['d/a/b/out', '../../../outside'],
      ['d/out', './/..//outside/../..'],
    ] as const) {
      await assert.rejects(linked(path, target), { code: 'copy_unsafe', message: /leads out/ }, target);
      assert.deepEqual(readdirSync(folder), [], target);
    }
    // Within it, and to what an image has.
    for (const [path, target] of [
      ['d/a/b/in', '../../c'],
      ['d/in', 'a/../c'],
      ['d/in', '.'],
      ['d/python', '/usr/bin/python3'],
    ] as const) {
      await linked(path, target);
      assert.equal(readlinkSync(join(folder, 'in', path.slice(2))), target);
      rmSync(join(folder, 'in'), { recursive: true });
    }
  });

  it('does not write through a link that was there before it', async (t) => {
    const folder = makeFolder(t);
    mkdirSync(join(folder, 'outside'));
    mkdirSync(join(folder, 'in', 'd'), { recursive: true });
    symlinkSync('../../outside', join(folder, 'in', 'd', 'way'));
    symlinkSync('../../outside/file', join(folder, 'in', 'd', 'name'));
    await assert.rejects(unpacked(hostile([top, { path: 'd/way/evil', content: 'x' }]), join(folder, 'in')), {
      code: 'copy_unsafe',
    });
    // A link at the very place is replaced.
    await unpacked(hostile([top, { path: 'd/name', content: 'x' }]), join(folder, 'in'));
    assert.equal(readFileSync(join(folder, 'in', 'd', 'name'), 'utf8'), 'x');
    assert.deepEqual(readdirSync(join(folder, 'outside')), []);
  });

  it('sets no bits that run a program as somebody else', async (t) => {
    const folder = makeFolder(t);
    await unpacked(hostile([{ path: 'f', content: 'x', mode: 0o6755 }]), join(folder, 'f'));
    assert.equal(lstatSync(join(folder, 'f')).mode & 0o7777, 0o755);
  });

  it('is refused when it is damaged, compressed or not there', async (t) => {
    const folder = makeFolder(t);
    const good = hostile([top, { path: 'd/f', content: 'x'.repeat(2_000) }]);
    const flipped = Buffer.from(good);
    flipped[600] = 0xff;
    const bombs = [
      flipped,
      Buffer.from([0x1f, 0x8b, 8, 0]),
      Buffer.alloc(0),
      Buffer.alloc(1024),
      randomBytes(4096),
    ];
    for (const bytes of bombs) {
      await assert.rejects(unpacked(bytes, join(folder, 'd')), { code: 'connection_lost' });
    }
    assert.deepEqual(readdirSync(folder), []);
  });
});
