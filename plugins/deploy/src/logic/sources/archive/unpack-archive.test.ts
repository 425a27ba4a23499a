import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { makeTar, makeZip, type TestEntry } from '../../../testing/make-archive.ts';
import { unpackArchive } from './unpack-archive.ts';

function makeFolder(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'rig-unpack-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function unpack(test: TestContext, from: string | Uint8Array, signal = new AbortController().signal) {
  const folder = makeFolder(test);
  const source = typeof from === 'string' ? from : Readable.from([from.subarray(0, 100), from.subarray(100)]);
  const { tree } = await unpackArchive({
    from: source,
    shown: 'x',
    folder,
    signal,
    onProgress: () => undefined,
  });
  return tree;
}

const GOOD: TestEntry[] = [
  { path: 'a/', type: 'Directory', mode: 0o755 },
  { path: 'a/run', content: '#!/bin/sh\n', mode: 0o755 },
  { path: './b/c.txt', content: 'x'.repeat(3000) },
  { path: 'empty', content: '' },
  { path: 'link', type: 'SymbolicLink', target: 'a/run' },
];

for (const [name, pack] of [
  ['tar', (entries: TestEntry[]) => makeTar(entries)],
  ['tar.gz', (entries: TestEntry[]) => gzipSync(makeTar(entries))],
  ['tar.zst', (entries: TestEntry[]) => zstdCompressSync(makeTar(entries))],
  ['zip', (entries: TestEntry[]) => makeZip(entries)],
] as const) {
  describe(`unpacking a ${name}`, () => {
    it('keeps content, exec bit and links, from a file and from a stream', async (test) => {
      const file = join(makeFolder(test), 'archive');
      writeFileSync(file, pack(GOOD));
      for (const from of [file, readFileSync(file)]) {
        const tree = await unpack(test, from);
        assert.equal(readFileSync(join(tree, 'b/c.txt'), 'utf8'), 'x'.repeat(3000));
        assert.equal(readFileSync(join(tree, 'empty'), 'utf8'), '');
        assert.equal(statSync(join(tree, 'a/run')).mode & 0o777, 0o755);
        assert.equal(statSync(join(tree, 'empty')).mode & 0o111, 0);
        assert.equal(readlinkSync(join(tree, 'link')), 'a/run');
      }
    });

    const refused: [what: string, entries: TestEntry[], says: RegExp][] = [
      ['..', [{ path: '../evil', content: 'x' }], /"\.\.\/evil" leads out/],
      ['.. in the middle', [{ path: 'a/../../evil', content: 'x' }], /leads out/],
      ['an absolute path', [{ path: '/etc/evil', content: 'x' }], /"\/etc\/evil" is an absolute path/],
      ['a drive', [{ path: 'C:/evil', content: 'x' }], /absolute/],
      ['a backslash', [{ path: 'a\\..\\evil', content: 'x' }], /backslash/],
      ['a pipe', [{ path: 'pipe', type: 'FIFO' }], /"pipe" is a/],
      [
        'a link to an absolute path',
        [{ path: 'l', type: 'SymbolicLink', target: '/etc' }],
        /"l" is a symlink to the absolute/,
      ],
      ['a link out', [{ path: 'a/l', type: 'SymbolicLink', target: '../../x' }], /"a\/l" is a symlink out/],
      [
        'a file written through a link',
        [
          { path: 'l', type: 'SymbolicLink', target: 'a' },
          { path: 'l/evil', content: 'x' },
        ],
        /"l\/evil" lies below l, which is a symlink/,
      ],
      ['a folder too deep', [{ path: `${'d/'.repeat(80)}x`, content: 'x' }], /deeper than 64/],
      [
        'a folder in the place of a file',
        [
          { path: 'a', content: 'x' },
          { path: 'a/b', content: 'x' },
        ],
        /lies below a, which is a file/,
      ],
    ];
    for (const [what, entries, says] of refused) {
      it(`refuses ${what} by its path and leaves nothing outside`, async (test) => {
        const folder = makeFolder(test);
        const inner = join(folder, 'in/ner');
        mkdirSync(inner, { recursive: true });
        const from = Readable.from([pack([{ path: 'ok', content: 'fine' }, ...entries])]);
        const signal = new AbortController().signal;
        await assert.rejects(
          unpackArchive({ from, shown: 'x', folder: inner, signal, onProgress: () => undefined }),
          { code: 'archive_unsafe', exitCode: 3, message: says },
        );
        assert.deepEqual(readdirSync(folder), ['in']);
        assert.deepEqual(readdirSync(join(folder, 'in')), ['ner']);
      });
    }

    it('refuses a bomb long before it is unpacked', async (test) => {
      if (name === 'tar') return;
      const bomb = pack([{ path: 'zeros', content: Buffer.alloc(80 * 1024 * 1024) }]);
      await assert.rejects(unpack(test, bomb), {
        code: 'archive_unsafe',
        message: /"zeros" grows more than 200 fold/,
      });
    });

    it('says that it is cut or damaged', async (test) => {
      const whole = pack(GOOD);
      const cut = whole.subarray(0, Math.floor(whole.length * 0.6));
      await assert.rejects(unpack(test, cut), { code: 'archive_invalid', exitCode: 3 });
    });

    it('stops when told to', async (test) => {
      const reason = new Error('enough');
      await assert.rejects(unpack(test, pack(GOOD), AbortSignal.abort(reason)), (error) => error === reason);
    });

    it('refuses what holds no file', async (test) => {
      await assert.rejects(unpack(test, pack([{ path: 'a/', type: 'Directory' }])), {
        code: 'archive_invalid',
        message: /holds no file/,
      });
    });
  });
}

describe('unpacking', () => {
  it('copies hard links, and takes the last of several entries with one path', async (test) => {
    const tree = await unpack(
      test,
      makeTar([
        { path: 'a', content: 'one' },
        { path: 'b', type: 'Link', target: 'a' },
        { path: 'a', content: 'two' },
      ]),
    );
    assert.equal(readFileSync(join(tree, 'a'), 'utf8'), 'two');
    assert.equal(readFileSync(join(tree, 'b'), 'utf8'), 'one');
  });

  it('refuses hard links to what is not in it, and devices', async (test) => {
    for (const entry of [
      { path: 'b', type: 'Link' as const, target: '/etc/passwd' },
      { path: 'b', type: 'Link' as const, target: 'nowhere' },
      { path: 'dev', type: 'CharacterDevice' as const },
    ])
      await assert.rejects(unpack(test, makeTar([{ path: 'a', content: '1' }, entry])), {
        code: 'archive_unsafe',
      });
  });

  it('reads what GNU tar packs, with long names', async (test) => {
    const folder = makeFolder(test);
    const long = `${'n'.repeat(120)}/${'m'.repeat(150)}`;
    mkdirSync(join(folder, 'n'.repeat(120)));
    writeFileSync(join(folder, long), 'deep');
    execFileSync('tar', ['-czf', 'x.tgz', 'n'.repeat(120)], { cwd: folder });
    const tree = await unpack(test, join(folder, 'x.tgz'));
    assert.equal(readFileSync(join(tree, long), 'utf8'), 'deep');
  });

  for (const [what, bytes, says] of [
    ['text', 'hello\n'.repeat(200), /is neither a tar/],
    ['nothing', '', /is empty/],
    ['xz', '\xfd7zXZ\0', /is an xz file/],
    ['bzip2', 'BZh91AY', /is a bzip2 file/],
  ] as const)
    it(`tells ${what} apart from an archive`, async (test) => {
      await assert.rejects(unpack(test, Buffer.from(bytes, 'latin1')), {
        code: 'archive_invalid',
        message: says,
      });
    });
});
