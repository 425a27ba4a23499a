import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLogWriter, scanText } from '../../packages/logstore/src/index.ts';
import { median } from '../compare.ts';
import { FREQUENT, RARE, writeSample } from './sample-lines.ts';

const source = { kind: 'app', process: 'web', instance: 'web.1', release: 1, stream: 'stdout' } as const;
const child = fileURLToPath(new URL('search-child.ts', import.meta.url));

function timeShell(script: string): number {
  const started = performance.now();
  execFileSync('bash', ['-c', script], { stdio: ['ignore', 'ignore', 'inherit'], maxBuffer: 1 << 30 });
  return performance.now() - started;
}

/** How long one search takes, start-up of Node left out: the store is searched by a platform that runs. */
function timeSearch(store: string, text: string): { ms: number; lines: number } {
  const argv = ['--conditions=rig-source', child, store, text, '1'];
  const { ms, lines } = JSON.parse(execFileSync(process.execPath, argv, { encoding: 'utf8' })) as {
    ms: number[];
    lines: number;
  };
  return { ms: ms[0] ?? Number.NaN, lines };
}

/** Ripgrep over the plain lines against the store over the same lines, open and sealed. */
export async function benchSearch(folder: string, megabytes: number, rounds: number): Promise<void> {
  const plain = join(folder, 'plain.log');
  writeSample(plain, megabytes * 1e6);
  const open = join(folder, 'open');
  const sealed = join(folder, 'sealed');
  await fillStore(plain, sealed);
  const names = readdirSync(sealed).filter((name) => name.endsWith('.sealed'));
  const packed = names.reduce((sum, name) => sum + statSync(join(sealed, name)).size, 0);
  execFileSync('bash', ['-c', `zstd -q -1 -T1 -f ${plain} -o ${plain}.zst`]);
  await fillStore(plain, open, { open: true });
  console.log(
    `\nSearch of ${megabytes} MB, ${rounds} rounds in turn; sealed: ${(packed / 1e6).toFixed(0)} MB`,
  );
  const cases = [
    { name: 'open, rare', store: open, text: RARE, peer: `rg -a '${RARE}' ${plain} || true` },
    {
      name: 'open, 1 % hits',
      store: open,
      text: FREQUENT,
      peer: `rg -a '${FREQUENT}' ${plain} > ${folder}/out`,
    },
    {
      name: 'sealed, rare',
      store: sealed,
      text: RARE,
      peer: `zstdcat ${plain}.zst | rg -a '${RARE}' || true`,
    },
    {
      name: 'sealed, 1 %',
      store: sealed,
      text: FREQUENT,
      peer: `zstdcat ${plain}.zst | rg -a '${FREQUENT}' > ${folder}/out`,
    },
  ];
  for (const { name, store, text, peer } of cases) {
    const ratios: number[] = [];
    const own: number[] = [];
    let lines = 0;
    for (let round = 0; round < rounds; round += 1) {
      const peerMs = timeShell(peer);
      const search = timeSearch(store, text);
      lines = search.lines;
      own.push(search.ms);
      ratios.push(search.ms / peerMs);
    }
    console.log(
      `  ${name.padEnd(16)} ${median(own).toFixed(0).padStart(6)} ms  × ${median(ratios).toFixed(2)}  (${lines} lines)`,
    );
  }
  rmSync(plain);
}

/** Fills a store, and waits until all but its newest segment is sealed; `open` leaves them as they are. */
export async function fillStore(plain: string, store: string, { open = false } = {}): Promise<void> {
  const writer = await openLogWriter(store, { seal: !open });
  const file = openSync(plain, 'r');
  const buffer = Buffer.alloc(508 * 1024);
  for (let at = 0; ; ) {
    const { end } = scanText(buffer.subarray(0, readSync(file, buffer, 0, buffer.length, at)));
    if (end === 0) break;
    at += end;
    await writer.appendText({ at: Date.now(), source, bytes: buffer.subarray(0, end) });
  }
  closeSync(file);
  await writer.rotate();
  if (!open) await untilSealed(store);
  await writer.close();
}

/** Until every segment but the newest is sealed. */
export async function untilSealed(store: string): Promise<void> {
  while (readdirSync(store).filter((name) => name.endsWith('.seg')).length > 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
