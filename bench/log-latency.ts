import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { median } from './compare.ts';
import { DockerDaemon } from './logs/docker-daemon.ts';
import { BenchPlatform } from './platform.ts';

/**
 * Writes the monotonic clock, which all processes of a machine share: so many lines a second, each at its own time, in
 * as many writes as the timer allows.
 */
const writer = `
const { writeSync } = require('node:fs');
const rate = Number(process.argv[2]);
const begin = performance.now();
let written = 0;
setInterval(() => {
  const due = Math.floor((performance.now() - begin) / 1000 * rate);
  for (; written < due; written += 1) writeSync(1, 'clock ' + process.hrtime.bigint() + ' '.padEnd(40, 'x') + '\\n');
}, Math.max(1, 1000 / rate));
`;

/** The first lines of a follower are history, or come while it starts. */
const WARM_UP_LINES = 50;

/** Milliseconds between the clock in each line and its arrival here. */
async function collectLatencies(stream: Readable, count: number, skipped = WARM_UP_LINES): Promise<number[]> {
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
  return latencies.slice(skipped);
}

const p99 = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN;

function print(name: string, values: number[], note = ''): void {
  console.log(
    `  ${name.padEnd(24)} p50 ${median(values).toFixed(3)} ms  p99 ${p99(values).toFixed(3)} ms  ${note}`,
  );
}

/** A platform of its own with an app that writes so many lines a second. */
async function deployClock(platform: BenchPlatform, rate: number): Promise<string> {
  const program = join(platform.source, 'writer.cjs');
  writeFileSync(program, writer);
  writeFileSync(
    join(platform.source, 'rig.toml'),
    `app = "clock"\n[processes]\nclock = "node writer.cjs ${rate}"\n`,
  );
  await platform.rig('deploy', platform.source, '--yes');
  return program;
}

/** A line written until it is shown: by `tail -F`, by `docker logs -f` where there is one, by rig; at the same time. */
async function benchIdle(rounds: number): Promise<void> {
  const platform = new BenchPlatform();
  const docker = await DockerDaemon.start();
  const children: ChildProcess[] = [];
  const count = Math.max(200, rounds * 20);
  try {
    const program = await deployClock(platform, 50);
    const file = join(platform.folder, 'plain.log');
    children.push(spawn('sh', ['-c', 'exec "$0" "$1" 50 >>"$2"', process.execPath, program, file]));
    const tail = spawn('tail', ['-F', file], { stdio: ['ignore', 'pipe', 'ignore'] });
    const peer = docker?.follow(program, ['50']);
    const follower = platform.spawnRig(['logs', 'app', 'clock', '-f', '-n', '0']);
    children.push(tail, follower, ...(peer === undefined ? [] : [peer]));
    const [plain, followed, contained] = await Promise.all([
      collectLatencies(tail.stdout, count),
      collectLatencies(follower.stdout, count),
      peer?.stdout == null ? [] : collectLatencies(peer.stdout, count),
    ]);
    const times = (values: number[]) => `× ${(median(followed) / median(values)).toFixed(1)}`;
    console.log(`\nLine written → printed, 50 lines a second, ${plain.length} lines each`);
    print('tail -F', plain);
    if (contained.length > 0) print('docker logs -f', contained);
    else console.log('  docker logs -f           there is no dockerd that can be started here');
    const ofDocker = contained.length > 0 ? `, ${times(contained)} docker logs -f` : '';
    print('rig logs app -f', followed, `${times(plain)} tail -F${ofDocker}`);
  } finally {
    for (const child of children) child.kill('SIGTERM');
    await docker?.close();
    await platform.close();
  }
}

/** The same while much is written. */
async function benchLoaded(rate: number): Promise<void> {
  const platform = new BenchPlatform();
  const children: ChildProcess[] = [];
  try {
    await deployClock(platform, rate);
    const follower = platform.spawnRig(['logs', 'app', 'clock', '-f', '-n', '0']);
    children.push(follower);
    const followed = await collectLatencies(follower.stdout, rate * 8, rate * 2);
    console.log(`\nLine written → printed, ${rate} lines a second, ${followed.length} lines`);
    print('rig logs app -f', followed);
  } finally {
    for (const child of children) child.kill('SIGTERM');
    await platform.close();
  }
}

/** How long a line takes from an app to a follower. */
export async function benchLogLatency(rounds: number): Promise<void> {
  await benchIdle(rounds);
  await benchLoaded(5_000);
}
