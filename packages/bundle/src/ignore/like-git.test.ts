import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { scanTree } from '../scan/scan-tree.ts';
import { Random } from '../testing/random.ts';
import { makeFolder } from '../testing/temporary-folder.ts';

/** No settings of whoever runs the tests. */
const bare = {
  PATH: process.env.PATH,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  HOME: '/nonexistent',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
};
type Environment = Record<string, string | undefined>;
const run = (cwd: string, env: Environment, ...args: string[]) =>
  execFileSync('git', args, { cwd, env, encoding: 'utf8', maxBuffer: 1 << 26 });
const git = (cwd: string, ...args: string[]) => run(cwd, bare, ...args);

/** What git would add: the files it does not leave out. */
function filesByGit(root: string, environment: Environment = bare): string[] {
  const listed = run(root, environment, 'ls-files', '-z', '-co', '--exclude-standard').split('\0');
  return listed.filter((path) => path !== '' && existsSync(join(root, path))).toSorted();
}

async function filesByScan(root: string, environment: Environment = bare): Promise<string[]> {
  const { entries } = await scanTree(root, { environment });
  return entries.flatMap(({ type, path }) => (type === 'file' ? [path] : [])).toSorted();
}

function write(root: string, path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

const names = [
  'a',
  'b',
  'ab',
  'abc',
  'a.log',
  'b.log',
  'x y',
  'foo',
  'bar',
  'ü',
  '#c',
  '!d',
  'e]',
  'a-b',
  'q ',
  'A1',
];
const words = [
  '*',
  '**',
  '***',
  '?',
  '/',
  '/',
  'a',
  'b',
  'ab',
  'abc',
  'foo',
  'bar',
  '.log',
  'ü',
  ' ',
  '#c',
  '!',
];
const sets =
  '[ab] [!a] [^a] [a-c] []e] [!]] [[:alpha:]] [[:digit:]x] [[:nope:]] [a [[:a] [z-a] [\\]e] [-a] [a-] [--b] [a\\-c]';
const compounds = '*.log \\ \\* \\a \\# \\! **/ /** /**/ */ /* a** **b foo/** a/';
const atoms = [words, sets.split(' '), compounds.split(' '), ['\\ ']].flat();

function randomLine(random: Random): string {
  const length = 1 + random.below(4);
  const line = Array.from({ length }, () => random.pick(atoms)).join('');
  const start = random.pick(['', '', '', '!', '/', '!/', '#', '\\!', '\\#']);
  const end = random.pick(['', '', '', '/', ' ', '  ', '\\ ', '\r', '/ ']);
  return start + line + end;
}

const randomPath = (random: Random) =>
  Array.from({ length: 1 + random.below(4) }, () => random.pick(names)).join('/');

test('leaves out what git leaves out, on random trees with random ignore files', async (t) => {
  const last = Number(process.env.RIG_TEST_SEEDS ?? 30);
  for (let seed = 1; seed <= last; seed += 1) {
    const random = new Random(seed);
    const root = makeFolder(t);
    git(root, 'init', '-q', '--template=');
    for (let count = 0; count < 60; count += 1) {
      try {
        write(root, randomPath(random), 'x');
      } catch {
        // The path runs through a file, or is a folder: the tree has its shape without it.
      }
    }
    write(root, 'kept', 'x');
    const lines = () =>
      `${Array.from({ length: 1 + random.below(5) }, () => randomLine(random)).join('\n')}\n`;
    let shown = '';
    const ignore = (folder: string) => {
      const text = `${lines()}${folder === '' ? '!kept\n' : ''}`;
      try {
        write(root, `${folder}.gitignore`, text);
        shown += `--- ${folder}.gitignore\n${text}`;
      } catch {
        // There is a file where the folder would be.
      }
    };
    ignore('');
    for (let count = 0; count < 3; count += 1) ignore(`${randomPath(random)}/`);
    if (random.below(2) === 0) write(root, '.git/info/exclude', lines());
    assert.deepEqual(await filesByScan(root), filesByGit(root), `seed ${seed}\n${shown}`);
    // What is in the index stays in, though the rules that come later leave it out.
    git(root, 'update-index', '--index-version', String(2 + random.below(3)));
    const tracked = filesByGit(root).filter(() => random.below(3) === 0);
    git(root, 'add', '-f', '--', 'kept', ...tracked);
    if (random.below(2) === 0) git(root, 'add', '-f', '.');
    ignore('');
    ignore(`${randomPath(random)}/`);
    assert.deepEqual(await filesByScan(root), filesByGit(root), `seed ${seed}, tracked\n${shown}`);
  }
});

const trees: [what: string, ignore: Record<string, string>, files: string[]][] = [
  ['a byte order mark and line ends of Windows', { '': '\uFEFFa\r\nb \r\n' }, ['a', 'b', 'c']],
  ['a file without a line end', { '': 'x\nlast' }, ['last', 'first']],
  [
    'a file below a folder that is left out stays out',
    { '': 'dist/\n!dist/keep\n' },
    ['dist/keep', 'dist/x', 'src/dist/x', 'a'],
  ],
  [
    'a file below a folder whose content is left out comes back',
    { '': 'dist/*\n!dist/keep\n' },
    ['dist/keep', 'dist/x', 'src/dist/x'],
  ],
  [
    'a deeper file has the last word',
    { '': '*.log\n', 'a/': '!*.log\n', 'a/b/': '*.log\n' },
    ['1.log', 'a/1.log', 'a/b/1.log', 'a/c/1.log'],
  ],
  [
    'anchored and not',
    { '': '/top\nsub/deep\nany\n' },
    ['top', 'x/top', 'sub/deep', 'x/sub/deep', 'any', 'x/y/any'],
  ],
  [
    'stars across folders',
    { '': '**/one\ntwo/**\nx/**/z\n' },
    ['one', 'a/one', 'a/b/one', 'two/a', 'a/two/b', 'x/z', 'x/y/z', 'x/y/y/z', 'x/zz'],
  ],
  ['only folders', { '': 'n/\n' }, ['n/a', 'm/n', 'm/o/n/x']],
  ['an ignore file leaves itself out', { '': '.gitignore\n' }, ['a']],
];
for (const [what, ignore, files] of trees) {
  test(`as git: ${what}`, async (t) => {
    const root = makeFolder(t);
    git(root, 'init', '-q');
    for (const path of files) write(root, path, 'x');
    for (const [folder, text] of Object.entries(ignore)) write(root, `${folder}.gitignore`, text);
    const expected = filesByGit(root);
    assert.notEqual(expected.length, files.length + Object.keys(ignore).length, 'something is left out');
    assert.deepEqual(await filesByScan(root), expected);
  });
}

test('a folder inside a repository obeys the ignore files above it', async (t) => {
  const root = makeFolder(t);
  git(root, 'init', '-q');
  write(root, '.gitignore', '*.log\n/apps/web/tmp\nweb/cache/\nsecret\n');
  write(root, 'apps/.gitignore', '!web/keep.log\n');
  const files = ['a.log', 'keep.log', 'tmp/x', 'deep/tmp/x', 'cache/x', 'deep/web/cache/x', 'secret', 'b'];
  for (const path of files) write(root, `apps/web/${path}`, 'x');
  const folder = join(root, 'apps/web');
  const expected = filesByGit(folder);
  assert.deepEqual(expected, ['b', 'cache/x', 'deep/tmp/x', 'deep/web/cache/x', 'keep.log']);
  assert.deepEqual(await filesByScan(folder), expected);
});

test('a folder that git leaves out is taken for itself', async (t) => {
  const root = makeFolder(t);
  git(root, 'init', '-q');
  write(root, '.gitignore', 'dist/\n*.js\n');
  write(root, 'dist/site/main.js', 'x');
  assert.deepEqual(await filesByScan(join(root, 'dist')), ['site/main.js']);
  assert.deepEqual(await filesByScan(join(root, 'dist/site')), ['main.js']);
});

test('what git tracks is in although a rule leaves it out, and nothing else of its folder', async (t) => {
  const root = makeFolder(t);
  git(root, 'init', '-q');
  const files = ['dist/a.js', 'dist/deep/b.js', 'dist/deep/c.js', 'x.log', 'y.log', 'z', 'gone.log'];
  for (const path of files) write(root, path, 'x');
  git(root, 'add', '-f', 'dist/deep/b.js', 'x.log', 'gone.log');
  rmSync(join(root, 'gone.log'));
  write(root, '.gitignore', 'dist/\n*.log\n');
  const expected = ['.gitignore', 'dist/deep/b.js', 'x.log', 'z'];
  assert.deepEqual(filesByGit(root), expected);
  assert.deepEqual(await filesByScan(root), expected);
  const { ignored } = await scanTree(root, { environment: bare });
  assert.deepEqual(ignored, [
    { path: '.git', rule: 'always: .git' },
    { path: 'dist/a.js', rule: '.gitignore:1: dist/' },
    { path: 'dist/deep/c.js', rule: '.gitignore:1: dist/' },
    { path: 'y.log', rule: '.gitignore:2: *.log' },
  ]);
  write(root, '.rigignore', 'dist\n');
  assert.deepEqual(await filesByScan(root), ['.gitignore', '.rigignore', 'x.log', 'z']);
});

test('an index that is damaged, or has another format, tells nothing', async (t) => {
  const root = makeFolder(t);
  git(root, 'init', '-q');
  for (const path of ['a.log', 'b']) write(root, path, 'x');
  git(root, 'add', '.');
  write(root, '.gitignore', '*.log\n');
  assert.deepEqual(await filesByScan(root), ['.gitignore', 'a.log', 'b']);
  const index = readFileSync(join(root, '.git/index'));
  for (const bytes of [index.subarray(0, 40), index.subarray(0, 5), Buffer.from('DIRC'), Buffer.alloc(99)]) {
    writeFileSync(join(root, '.git/index'), bytes);
    assert.deepEqual(await filesByScan(root), ['.gitignore', 'b']);
  }
});

test('rules beside the .gitignore files count as they do for git, each with its place', async (t) => {
  const [root, home] = [makeFolder(t), makeFolder(t)];
  git(root, 'init', '-q');
  for (const path of ['a.swp', 'b.tmp', 'c.own', 'sub/d.swp', 'sub/c.own', 'e']) write(root, path, 'x');
  write(root, '.git/info/exclude', '# mine\n*.own\n!c.own\nsub/c.own\n');
  const places: [Record<string, string>, Environment][] = [
    [{ '.config/git/ignore': '*.swp\n' }, { HOME: home }],
    [{ 'x/git/ignore': '*.swp\n' }, { HOME: home, XDG_CONFIG_HOME: join(home, 'x') }],
    [{ '.gitconfig': '[core]\n\texcludesFile = ~/mine ; comment\n', mine: '*.swp\n' }, { HOME: home }],
    [
      { config: '[Core]\nexcludesfile="~/mine"\n', mine: '*.swp\n' },
      { GIT_CONFIG_GLOBAL: join(home, 'config') },
    ],
  ];
  for (const [files, variables] of places) {
    rmSync(home, { recursive: true });
    mkdirSync(home);
    for (const [path, text] of Object.entries(files)) write(home, path, text);
    const environment = { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: '1', HOME: home, ...variables };
    const expected = filesByGit(root, environment);
    assert.deepEqual(expected, ['b.tmp', 'c.own', 'e']);
    assert.deepEqual(await filesByScan(root, environment), expected);
  }
  const { ignored } = await scanTree(root, { environment: bare });
  assert.deepEqual(ignored.at(-1), { path: 'sub/c.own', rule: '.git/info/exclude:4: sub/c.own' });
});

test('in a linked work tree its own index counts, and the excludes of the main one', async (t) => {
  const main = join(makeFolder(t), 'main');
  mkdirSync(main);
  git(main, 'init', '-q');
  write(main, '.gitignore', '*.log\n');
  write(main, 'a.log', 'x');
  git(main, 'add', '-f', '.');
  git(main, 'commit', '-qm', 'x');
  git(main, 'worktree', 'add', '-q', '../linked');
  write(main, '.git/info/exclude', '*.own\n');
  const linked = join(main, '../linked');
  for (const path of ['b.log', 'c.own', 'd']) write(linked, path, 'x');
  const expected = ['.gitignore', 'a.log', 'd'];
  assert.deepEqual(filesByGit(linked), expected);
  assert.deepEqual(await filesByScan(linked), expected);
});

test('a repository inside of the source has rules of its own', async (t) => {
  const root = makeFolder(t);
  git(root, 'init', '-q');
  write(root, '.gitignore', '*.log\n');
  for (const path of ['a.log', 'b', 'inner/a.log', 'inner/a.tmp', 'inner/deep/x.log']) write(root, path, 'x');
  git(join(root, 'inner'), 'init', '-q');
  write(root, 'inner/.gitignore', '*.tmp\n');
  const inner = filesByGit(join(root, 'inner')).map((path) => `inner/${path}`);
  assert.deepEqual(inner, ['inner/.gitignore', 'inner/a.log', 'inner/deep/x.log']);
  assert.deepEqual(await filesByScan(root), ['.gitignore', 'b', ...inner].toSorted());
  write(root, '.rigignore', '*.log\n');
  assert.deepEqual(await filesByScan(root), ['.gitignore', '.rigignore', 'b', 'inner/.gitignore']);
});

test('leaves out what git leaves out of the repository of rig', async (t) => {
  const repository = fileURLToPath(new URL('../../../..', import.meta.url));
  const ours = join(makeFolder(t), 'git');
  git(repository, 'init', '-q', '--bare', ours);
  const list = () =>
    git(repository, `--git-dir=${ours}`, `--work-tree=${repository}`, 'ls-files', '-zo', '--exclude-standard')
      .split('\0')
      .filter((path) => path !== '' && !lstatSync(join(repository, path)).isSymbolicLink())
      .toSorted();
  // Others may work in the folder: what came or went meanwhile is looked at again.
  for (let attempt = 1; ; attempt += 1) {
    const before = list();
    const { entries, ignored } = await scanTree(repository, { environment: bare });
    const found = [...entries, ...ignored.filter(({ rule }) => rule === 'default: private key')];
    const scanned = found
      .flatMap((entry) => ('type' in entry && entry.type !== 'file' ? [] : [entry.path]))
      .toSorted();
    if (before.length === scanned.length || attempt === 5) {
      assert.ok(before.length > 500);
      assert.deepEqual(scanned, before);
      return;
    }
  }
});
