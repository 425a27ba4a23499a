import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hashTree, scanTree, StatCache } from '@rig-ops/bundle';
import { compare, printComparisons } from './compare.ts';
import { installPeer } from './peer.ts';

/** Icons, one component in three files each, of which some thirty thousand remain. */
const published = { name: '@mui/icons-material', version: '5.16.7', entry: 'package.json' };
const rules = [
  '*.log',
  '*.tmp',
  '.DS_Store',
  '/dist/',
  'coverage',
  '*Sharp.d.ts',
  'esm/Zoom*',
  '!ZoomIn.js',
  '',
];

/** Long enough after the files were made for all of them to be trusted. */
const now = () => Date.now() + 10_000;

async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** A tree of a published package in a repository, with rules that leave some of it out. */
function makeTree(folder: string): { root: string; environment: NodeJS.ProcessEnv } {
  const root = join(folder, 'tree');
  cpSync(dirname(installPeer(published)), join(root, 'icons'), { recursive: true });
  writeFileSync(join(root, '.gitignore'), rules.join('\n'));
  writeFileSync(join(root, 'icons', '.gitignore'), 'legacy/\n*.map\n');
  const environment = { PATH: process.env.PATH, HOME: folder };
  execFileSync('git', ['init', '-q'], { cwd: root, env: environment });
  return { root, environment };
}

/** Walk, ignore rules and lstat of a scan against git, which does without lstat; then scans with a cache. */
export async function benchWalk(rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rig-bench-walk-'));
  try {
    const { root, environment } = makeTree(folder);
    const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
      cwd: root,
      env: environment,
      maxBuffer: 1 << 28,
    });
    const git = {
      name: 'git ls-files -co --exclude-standard',
      measure: async () =>
        await timed(() =>
          execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
            cwd: root,
            env: environment,
            maxBuffer: 1 << 28,
          }),
        ),
    };
    const scan = { name: 'scan', measure: async () => await timed(() => scanTree(root, { environment })) };
    const hash = async (cache?: StatCache) => {
      const options = cache === undefined ? {} : { cache };
      return await hashTree(await scanTree(root, { environment, ...options }), options);
    };
    const cached = async () => await hash(new StatCache(join(folder, 'cache'), root, { now }));
    const files = listed.toString().split('\n').length - 1;
    const { entries } = await scanTree(root, { environment });
    console.log(`${files} files by git, ${entries.filter(({ type }) => type === 'file').length} by the scan`);
    await cached();
    const results = await compare(
      git,
      [
        scan,
        { name: 'scan and hash', measure: async () => await timed(() => hash()) },
        { name: 'scan and hash, nothing changed', measure: async () => await timed(cached) },
      ],
      rounds,
    );
    printComparisons(`Scan of ${published.name}@${published.version}, ${rounds} rounds`, results);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
