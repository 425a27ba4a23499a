import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../compare.ts';
import { writeSample } from './sample-lines.ts';

const storeChild = fileURLToPath(new URL('store-child.ts', import.meta.url));
const child = fileURLToPath(new URL('ingest-child.ts', import.meta.url));

interface Ingested {
  ms: number;
  cpuMs: number;
  rss: number;
}

/**
 * What the supervisor spends on the output of one program against `cat` of the same bytes: with the compression of full
 * segments, which goes on behind it, and without.
 */
export async function benchIngest(folder: string, megabytes: number, rounds: number): Promise<void> {
  const plain = join(folder, 'plain.log');
  writeSample(plain, megabytes * 1e6);
  const { size } = statSync(plain);
  const [cat, own, bare, speeds]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let round = 0; round < rounds; round += 1) {
    cat.push(cpuOfCat(plain, join(folder, 'copy.log')));
    const platform = join(folder, `ingest-${round}`);
    mkdirSync(join(platform, 'spool'), { recursive: true });
    copyFileSync(plain, join(platform, 'spool', 'x.out'));
    writeFileSync(join(platform, 'spool', 'x.err'), '');
    writeFileSync(
      join(platform, 'log-limits.json'),
      JSON.stringify({ megabytesPerSecond: 100_000, burstMegabytes: 100_000 }),
    );
    const argv = ['--conditions=rig-source', child, platform];
    const { ms, cpuMs } = JSON.parse(execFileSync(process.execPath, argv, { encoding: 'utf8' })) as Ingested;
    own.push(cpuMs);
    const stored = execFileSync(
      process.execPath,
      ['--conditions=rig-source', storeChild, plain, join(platform, 'bare')],
      {
        encoding: 'utf8',
      },
    );
    bare.push((JSON.parse(stored) as Ingested).cpuMs);
    speeds.push(size / 1000 / ms);
    rmSync(platform, { recursive: true });
  }
  const ratio = (values: number[]) =>
    median(values.map((cpuMs, round) => cpuMs / (cat[round] ?? Number.NaN)));
  console.log(`\nIngest of ${megabytes} MB of 200-byte lines, ${rounds} rounds in turn`);
  console.log(`  cat >file        ${median(cat).toFixed(0).padStart(6)} ms CPU`);
  console.log(
    `  store            ${median(bare).toFixed(0).padStart(6)} ms CPU  × ${ratio(bare).toFixed(1)}`,
  );
  console.log(
    `  capture, + seal  ${median(own).toFixed(0).padStart(6)} ms CPU  × ${ratio(own).toFixed(1)}  ${median(speeds).toFixed(0)} MB/s`,
  );
  rmSync(plain);
}

function cpuOfCat(from: string, to: string): number {
  const script = `TIMEFORMAT='%3U %3S'; time cat ${from} > ${to}`;
  const text = execFileSync('bash', ['-c', `{ ${script}; } 2>&1`], { encoding: 'utf8' });
  rmSync(to);
  return text
    .trim()
    .split(' ')
    .reduce((sum, seconds) => sum + Number(seconds) * 1000, 0);
}
