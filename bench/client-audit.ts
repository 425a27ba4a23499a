import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare, median, printComparisons } from './compare.ts';
import { timeProcess } from './platform.ts';

const args = [
  '--conditions=rig-source',
  fileURLToPath(new URL('audit-entry.ts', import.meta.url)),
  'context',
  'list',
];

/** What the client's audit adds to a command: whole processes with and without it, and the time within one. */
export async function benchClientAudit(rounds: number): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'rig-bench-'));
  const environment = (mode: string) => ({ ...process.env, RIG_HOME: home, BENCH_AUDIT: mode });
  try {
    const run = (name: string, mode: string) => ({
      name,
      measure: () => timeProcess(process.execPath, args, environment(mode)),
    });
    const spent: number[] = [];
    const within = {
      name: 'with, timed within',
      async measure() {
        const time = await timeWithin(environment('timed'));
        spent.push(time);
        return time;
      },
    };
    const comparisons = await compare(run('without audit', 'off'), [run('with audit', 'on'), within], rounds);
    printComparisons(`Client audit, ${rounds} rounds, × the same command without`, comparisons.slice(0, 2));
    console.log(
      `  within the process, both records together: ${median(spent.slice(1)).toFixed(2)} ms (median)`,
    );
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function timeWithin(env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
  let told = '';
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`The command ended with ${String(code)}`);
  return Number(told);
}
