import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { scanTree } from '../scan/scan-tree.ts';
import { Random } from '../testing/random.ts';
import { makeFolder } from '../testing/temporary-folder.ts';

const environment = {
  PATH: process.env.PATH,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  HOME: '/nonexistent',
};
const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', args, { cwd, env: environment, encoding: 'utf8', maxBuffer: 1 << 26 });

/** What git would add: the files it does not leave out. */
function filesByGit(root: string): string[] {
  return git(root, 'ls-files', '-z', '-co', '--exclude-standard').split('\0').filter(Boolean).toSorted();
}

async function filesByScan(root: string): Promise<string[]> {
  const { entries } = await scanTree(root);
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
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = new Random(seed);
    const root = makeFolder(t);
    git(root, 'init', '-q');
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
    assert.deepEqual(await filesByScan(root), filesByGit(root), `seed ${seed}\n${shown}`);
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
