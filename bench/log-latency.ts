import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { median } from './compare.ts';
import { BenchPlatform } from './platform.ts';

/** Writes the monotonic clock, which all processes of a machine share, every 20 ms. */
const writer = `
const { writeSync } = require('node:fs');
setInterval(() => writeSync(1, 'clock ' + process.hrtime.bigint() + '\\n'), 20);
`;

/** Milliseconds between the clock in each line and its arrival here. */
async function collectLatencies(stream: Readable, count: number): Promise<number[]> {
  const latencies: number[] = [];
  let rest = '';
  for await (const chunk of stream) {
    const now = process.hrtime.bigint();
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const clock = /clock (\d+)/.exec(line)?.[1];
      if (clock !== undefined) latencies.push(Number(now - BigInt(clock)) / 1e6);
    }
    if (latencies.length >= count) break;
  }
  // The first lines are history, not live.
  return latencies.slice(50);
}

const p99 = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN;

/** A line written by an app until a follower prints it, against `tail -F` on a file; both at the same time. */
export async function benchLogLatency(rounds: number): Promise<void> {
  const platform = new BenchPlatform();
  const count = Math.max(200, rounds * 20);
  try {
    writeFileSync(join(platform.source, 'writer.cjs'), writer);
    writeFileSync(
      join(platform.source, 'rig.toml'),
      'app = "clock"\n[processes]\nclock = "node writer.cjs"\n',
    );
    await platform.rig('deploy', platform.source, '--yes');
    const file = join(platform.folder, 'plain.log');
    const shell = spawn('sh', [
      '-c',
      'exec "$0" "$1" >>"$2"',
      process.execPath,
      join(platform.source, 'writer.cjs'),
      file,
    ]);
    const tail = spawn('tail', ['-F', file], { stdio: ['ignore', 'pipe', 'ignore'] });
    const follower = platform.spawnRig(['logs', 'app', 'clock', '-f', '-n', '0']);
    const [plain, followed] = await Promise.all([
      collectLatencies(tail.stdout, count),
      collectLatencies(follower.stdout, count),
    ]);
    for (const child of [shell, tail, follower]) child.kill('SIGTERM');
    console.log(`\nLine written → printed, ${plain.length} lines each`);
    console.log(
      `  tail -F                 p50 ${median(plain).toFixed(3)} ms  p99 ${p99(plain).toFixed(3)} ms`,
    );
    console.log(
      `  rig logs app -f         p50 ${median(followed).toFixed(3)} ms  p99 ${p99(followed).toFixed(3)} ms  × ${(median(followed) / median(plain)).toFixed(1)}`,
    );
  } finally {
    await platform.close();
  }
}
