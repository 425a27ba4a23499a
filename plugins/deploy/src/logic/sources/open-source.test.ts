import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { makeTar } from '../../testing/make-archive.ts';
import { commit, git, makeRepository } from '../../testing/make-repository.ts';
import { openSource, type SourceRequest } from './open-source.ts';

function makeFolder(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'rig-open-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens a source and closes it with the test, after which nothing of it may be left. */
async function open(test: TestContext, cwd: string, request: Partial<SourceRequest>) {
  const opened = await openSource({
    cwd,
    path: undefined,
    from: undefined,
    ref: undefined,
    folder: undefined,
    stdin: Readable.from([]),
    signal: new AbortController().signal,
    phase: async (_title, run) => void (await run({ progress: () => undefined, line: () => undefined })),
    ...request,
  });
  test.after(() => {
    opened.close();
    if (opened.isExact) assert.equal(existsSync(opened.root), false);
  });
  return opened;
}

const everything = () => true;

describe('a folder in a git repository', () => {
  it('is deployed as it is, and the release records its commit', async (test) => {
    const root = makeFolder(test);
    const hash = makeRepository(root, { 'a.txt': '1', 'app/b.txt': '2' });
    git(root, 'remote', 'add', 'origin', 'https://me:secret@example.com/team/shop.git');
    const opened = await open(test, root, {});
    assert.deepEqual(await opened.describe(everything), {
      kind: 'folder',
      from: null,
      root: '.',
      git: {
        commit: hash,
        ref: null,
        branch: 'main',
        dirty: false,
        remote: 'https://example.com/team/shop.git',
        subject: 'One',
        author: 'Ada',
        committedAt: (await opened.describe(everything)).git?.committedAt,
      },
    });
  });

  it('is dirty by what is deployed of it, and by nothing else', async (test) => {
    const root = makeFolder(test);
    makeRepository(root, { 'a.txt': '1', 'app/b.txt': '2', 'old name': '3'.repeat(200) });
    const app = await open(test, root, { path: 'app' });
    const dirty = async () => (await app.describe((path) => path === 'new/' || path === 'b.txt')).git?.dirty;
    writeFileSync(join(root, 'a.txt'), 'changed');
    writeFileSync(join(root, 'app/left-out'), '');
    assert.equal(await dirty(), false);
    mkdirSync(join(root, 'app/new'));
    writeFileSync(join(root, 'app/new/file'), '');
    assert.equal(await dirty(), true);
    rmSync(join(root, 'app/new'), { recursive: true });
    git(root, 'mv', 'old name', 'app/new name');
    assert.equal(await dirty(), true);
    git(root, 'reset', '--hard', '--quiet');
    rmSync(join(root, 'app/b.txt'));
    assert.equal(await dirty(), true);
  });

  it('is deployed without a commit, without a repository, and when git does not work', async (test) => {
    const root = makeFolder(test);
    const opened = await open(test, root, {});
    assert.equal((await opened.describe(everything)).git, null);
    git(root, 'init', '--quiet');
    assert.equal((await opened.describe(everything)).git, null);
    assert.deepEqual(opened.notes, []);
    writeFileSync(join(root, '.git/HEAD'), 'nonsense');
    assert.equal((await opened.describe(everything)).git, null);
    assert.match(opened.notes.join(), /does not record the git commit: not a git repository/);
  });
});

describe('--ref', () => {
  it('is the commit and not what is on disk, ignored files that are committed as well', async (test) => {
    const root = makeFolder(test);
    const hash = makeRepository(root, {
      'a.txt': 'committed',
      '.gitignore': 'kept.log\n',
      'kept.log': 'log',
    });
    git(root, 'tag', '-a', 'v1', '-m', 'tag');
    writeFileSync(join(root, 'a.txt'), 'being edited');
    writeFileSync(join(root, 'new.txt'), '');
    const index = readFileSync(join(root, '.git/index'));
    for (const ref of ['main', 'v1', 'HEAD', hash, hash.slice(0, 9)]) {
      const opened = await open(test, root, { ref });
      assert.deepEqual(readdirSync(opened.root).toSorted(), ['.gitignore', 'a.txt', 'kept.log']);
      assert.equal(readFileSync(join(opened.root, 'a.txt'), 'utf8'), 'committed');
      const { git: state, kind } = await opened.describe(everything);
      assert.equal(kind, 'git');
      assert.deepEqual([state?.commit, state?.ref, state?.dirty], [hash, ref, false]);
      assert.equal(state?.branch, ['main', 'HEAD'].includes(ref) ? 'main' : null);
    }
    assert.deepEqual(readFileSync(join(root, '.git/index')), index);
    assert.equal(readFileSync(join(root, 'a.txt'), 'utf8'), 'being edited');
  });

  it('takes a folder of the repository alone, and says when the commit has none', async (test) => {
    const root = makeFolder(test);
    makeRepository(root, { 'top.txt': '', 'app/a.txt': '1' });
    assert.deepEqual(readdirSync((await open(test, root, { path: 'app', ref: 'main' })).root), ['a.txt']);
    mkdirSync(join(root, 'later'));
    await assert.rejects(open(test, root, { path: 'later', ref: 'main' }), {
      code: 'source_not_found',
      message: /main has no folder later/,
    });
  });

  it('works in a work tree of its own and inside a hook', async (test) => {
    const root = makeFolder(test);
    makeRepository(join(root, 'main'), { 'a.txt': '1' });
    git(join(root, 'main'), 'worktree', 'add', '--quiet', '../side', '-b', 'side');
    process.env['GIT_DIR'] = join(root, 'nowhere');
    test.after(() => delete process.env['GIT_DIR']);
    assert.deepEqual(readdirSync((await open(test, join(root, 'side'), { ref: 'side' })).root), ['a.txt']);
  });

  it('says what is left out: submodules, and the files behind LFS pointers', async (test) => {
    const root = makeFolder(test);
    const other = join(root, 'other');
    makeRepository(other, { x: '' });
    const shop = join(root, 'shop');
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 5\n`;
    makeRepository(shop, { 'a.txt': '', 'big.bin': pointer });
    git(shop, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other, 'vendor/other');
    commit(shop, { '.gitattributes': '*.png filter=lfs\n' });
    const { notes, root: tree } = await open(test, shop, { ref: 'main' });
    assert.match(
      notes.join('\n'),
      /Submodules are left out: vendor\/other\.[\s\S]*LFS pointers[^:]*: big\.bin\./,
    );
    assert.equal(existsSync(join(tree, 'vendor/other/x')), false);
  });

  for (const [ref, code] of [
    ['nope', 'git_ref_not_found'],
    ['--upload-pack=x', 'usage'],
    ['a b', 'usage'],
    ['HEAD:a.txt', 'usage'],
  ] as const)
    it(`refuses ${ref}`, async (test) => {
      const root = makeFolder(test);
      makeRepository(root, { 'a.txt': '1' });
      await assert.rejects(open(test, root, { ref }), { code });
    });

  it('needs a repository, and git', async (test) => {
    const root = makeFolder(test);
    await assert.rejects(open(test, root, { ref: 'main' }), { code: 'git_not_a_repository', exitCode: 3 });
    const before = process.env['PATH'];
    process.env['PATH'] = root;
    test.after(() => {
      process.env['PATH'] = before;
    });
    await assert.rejects(open(test, root, { ref: 'main' }), {
      code: 'git_missing',
      hint: /apt-get install git/,
    });
  });
});

describe('--from a repository', () => {
  it('fetches the default branch, a branch, a tag and a commit', async (test) => {
    const root = makeFolder(test);
    const first = makeRepository(join(root, 'shop'), { 'a.txt': 'first' });
    git(join(root, 'shop'), 'tag', 'v1');
    const second = commit(join(root, 'shop'), { 'a.txt': 'second' }, 'Two');
    git(root, 'clone', '--quiet', '--bare', 'shop', 'shop.git');
    const address = `file://${join(root, 'shop.git')}`;
    for (const [from, hash, branch] of [
      [address, second, 'main'],
      [`${address}#main`, second, 'main'],
      [`${address}#v1`, first, null],
      [`${address}#${first}`, first, null],
      [`${address}#${first.slice(0, 8)}`, first, null],
      ['shop.git', second, 'main'],
      ['./shop#v1', first, null],
    ] as const) {
      const opened = await open(test, root, { from });
      const source = await opened.describe(everything);
      assert.deepEqual([source.git?.commit, source.git?.branch, opened.name], [hash, branch, 'shop'], from);
      assert.equal(readFileSync(join(opened.root, 'a.txt'), 'utf8'), hash === first ? 'first' : 'second');
    }
    await assert.rejects(open(test, root, { from: `${address}#nope` }), {
      code: 'git_ref_not_found',
      exitCode: 6,
      hint: /git ls-remote/,
    });
    await assert.rejects(open(test, root, { from: `file://${root}/none.git` }), { code: 'git_fetch_failed' });
  });

  it('gives credentials to the server and to nobody else, and never asks', async (test) => {
    const root = makeFolder(test);
    const asked: IncomingMessage[] = [];
    const server = createServer((request, response) => {
      asked.push(request);
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    test.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    // What every git and every program that it starts is called with.
    const seen = join(root, 'argv');
    const bin = join(root, 'bin');
    mkdirSync(bin);
    const real =
      (process.env['PATH'] ?? '')
        .split(':')
        .map((folder) => join(folder, 'git'))
        .find(existsSync) ?? '';
    writeFileSync(join(bin, 'git'), `#!/bin/sh\nprintf '%s\\n' "$@" >>${seen}\nexec ${real} "$@"\n`, {
      mode: 0o755,
    });
    const before = process.env['PATH'];
    process.env['PATH'] = `${bin}:${before}`;
    process.env['GIT_TRACE'] = join(root, 'trace');
    test.after(() => {
      process.env['PATH'] = before;
      delete process.env['GIT_TRACE'];
    });
    const from = `http://ada:s3cret%21@127.0.0.1:${port}/team/shop.git`;
    await assert.rejects(open(test, root, { from }), (error: Error) => {
      assert.match(error.message, /^http:\/\/127\.0\.0\.1:\d+\/team\/shop\.git cannot be fetched/);
      assert.doesNotMatch(JSON.stringify(error, Object.getOwnPropertyNames(error)), /s3cret/);
      return true;
    });
    const sent = asked.map(({ headers }) => headers.authorization).find((value) => value !== undefined);
    assert.equal(sent, `Basic ${Buffer.from('ada:s3cret!').toString('base64')}`);
    const traces = readFileSync(seen, 'utf8') + readFileSync(join(root, 'trace'), 'utf8');
    assert.match(traces, /ls-remote/);
    assert.doesNotMatch(traces, /s3cret/);
    await assert.rejects(open(test, root, { from: `http://127.0.0.1:${port}/team/shop.git` }), {
      code: 'git_fetch_failed',
      hint: /asks for no password/,
    });
  });

  it('runs no program that an address names', async (test) => {
    const root = makeFolder(test);
    for (const from of [`ext::sh -c 'touch ${root}/evil'`, `--upload-pack=touch ${root}/evil`, `x::y`])
      await assert.rejects(open(test, root, { from }));
    assert.equal(existsSync(join(root, 'evil')), false);
  });

  it('ends git when it is told to stop', async (test) => {
    const root = makeFolder(test);
    const stop = new AbortController();
    const server = createServer(() => stop.abort(new Error('enough')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    test.after(() => server.closeAllConnections());
    test.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    await assert.rejects(
      open(test, root, { from: `http://127.0.0.1:${port}/a.git`, signal: stop.signal }),
      /^Error: enough$/,
    );
  });
});

describe('--from an archive', () => {
  it('deploys what is in its only folder, and says so', async (test) => {
    const root = makeFolder(test);
    writeFileSync(
      join(root, 'shop-1.2.tar.gz'),
      gzipSync(
        makeTar([
          { path: 'shop-1.2/a.txt', content: '1' },
          { path: '__MACOSX/x', content: '' },
        ]),
      ),
    );
    const opened = await open(test, root, { from: 'shop-1.2.tar.gz' });
    assert.deepEqual(readdirSync(opened.root), ['a.txt']);
    assert.deepEqual([opened.name, opened.notes.length], ['shop-1.2', 1]);
    assert.deepEqual(await opened.describe(everything), {
      kind: 'archive',
      from: 'shop-1.2.tar.gz',
      root: '.',
      git: null,
    });
  });

  it('comes from stdin, with the folder that --path names from the top', async (test) => {
    const root = makeFolder(test);
    const tar = makeTar([
      { path: 'app/a.txt', content: '1' },
      { path: 'app/sub/b.txt', content: '1' },
    ]);
    const whole = await open(test, root, { from: '-', stdin: Readable.from([tar]), folder: './app/' });
    assert.deepEqual([readdirSync(whole.root), whole.folder, whole.name], [['app'], 'app', null]);
    const stripped = await open(test, root, { from: '-', stdin: Readable.from([tar]), folder: 'sub' });
    assert.deepEqual([readdirSync(stripped.root).toSorted(), stripped.folder], [['a.txt', 'sub'], 'sub']);
    await assert.rejects(open(test, root, { from: '-', stdin: Readable.from([tar]), folder: 'no' }), {
      code: 'source_not_found',
      message: /no folder no/,
    });
  });

  it('asks for a pipe at a terminal', async (test) => {
    const stdin = Object.assign(Readable.from([]), { isTTY: true });
    await assert.rejects(open(test, makeFolder(test), { from: '-', stdin }), {
      code: 'usage',
      hint: /git archive/,
    });
  });
});

describe('a source that is none', () => {
  for (const [what, request, code, says] of [
    ['two sources', { path: 'x', from: 'y.tar' }, 'usage', /two sources/],
    ['a file that is not there', { from: 'nope.tar.gz' }, 'source_not_found', /nope\.tar\.gz is neither/],
    [
      'a download',
      { from: 'https://u:secret@example.com/x.tar.gz?token=1' },
      'usage',
      /^https:\/\/example\.com\/x\.tar\.gz is an archive elsewhere/,
    ],
    ['a folder', { from: 'folder' }, 'source_not_found', /is a folder, and no git/],
    ['an archive with a ref', { from: 'file', ref: 'main' }, 'usage', /an archive has none/],
    ['--path out of it', { folder: '../x' }, 'usage', /not inside/],
    ['--path to nothing', { folder: 'x' }, 'source_not_found', /has no folder x/],
    ['text', { from: 'file' }, 'archive_invalid', /file is neither/],
  ] as const)
    it(`refuses ${what}`, async (test) => {
      const root = makeFolder(test);
      mkdirSync(join(root, 'folder'));
      writeFileSync(join(root, 'file'), 'text');
      await assert.rejects(open(test, root, request), { code, message: says });
    });

  it('leaves nothing behind', async (test) => {
    const root = makeFolder(test);
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = root;
    test.after(() => {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    });
    const stdin = Readable.from([
      makeTar([
        { path: 'a', content: '1' },
        { path: '../b', content: '' },
      ]),
    ]);
    await assert.rejects(open(test, root, { from: '-', stdin }), { code: 'archive_unsafe' });
    assert.deepEqual(readdirSync(root), []);
    symlinkSync('/nowhere', join(root, 'dangling'));
    await assert.rejects(open(test, root, { from: 'dangling' }), { code: 'source_not_found' });
  });
});
