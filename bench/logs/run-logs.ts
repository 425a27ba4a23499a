import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchLogLatency } from '../log-latency.ts';
import { benchGrepCommand } from './grep-command.ts';
import { benchIngest } from './ingest.ts';
import { benchMemory } from './memory.ts';
import { benchSearch } from './search.ts';
import { benchSince } from './since.ts';

/** The log pipeline, piece by piece. Needs ripgrep and zstd for its peers. */
export async function benchLogs(rounds: number): Promise<void> {
  for (const peer of ['rg', 'zstdcat']) execFileSync('bash', ['-c', `command -v ${peer}`]);
  const folder = mkdtempSync(join(tmpdir(), 'rig-bench-logs-'));
  try {
    await benchIngest(folder, 200, rounds);
    await benchSearch(folder, 400, rounds);
    await benchSince(folder, 5_000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  await benchGrepCommand(1000, rounds);
  await benchMemory();
  await benchLogLatency(rounds * 4);
}
