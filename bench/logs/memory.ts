import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlatformRecord, SupervisorRecord } from '@rig-ops/contract/supervisor';
import { BenchPlatform } from '../platform.ts';

/** Writes 200-byte lines at a rate that a file tells, in bytes per second. */
const writer = `
import { readFileSync, writeSync } from 'node:fs';
const line = 'x'.repeat(199) + '\\n';
let owed = 0;
setInterval(() => {
  let rate = 0;
  try { rate = Number(readFileSync(process.argv[2], 'utf8')); } catch {}
  owed += rate / 50;
  const lines = Math.floor(owed / 200);
  owed -= lines * 200;
  const bytes = Buffer.from(line.repeat(lines));
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
}, 20);
`;

const mib = (kib: number) => `${(kib / 1024).toFixed(0)} MiB`;

/** Resident memory of a process, in KiB. */
function rssOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN);
}

/** The most of so many seconds. */
async function mostOf(pid: number, seconds: number): Promise<number> {
  let most = 0;
  for (let left = seconds * 5; left > 0; left -= 1) {
    most = Math.max(most, rssOf(pid));
    await sleep(200);
  }
  return most;
}

/** What followers cost rigd, a stalled stdout the command line, and a fast app the supervisor. */
export async function benchMemory(): Promise<void> {
  const platform = new BenchPlatform();
  const file = <T>(name: string) =>
    JSON.parse(readFileSync(join(platform.environment.RIG_HOME, 'platform', name), 'utf8')) as T;
  const rate = join(platform.folder, 'rate');
  const setRate = (bytes: number) => writeFileSync(rate, String(bytes));
  const children: ReturnType<typeof spawn>[] = [];
  try {
    writeFileSync(join(platform.source, 'writer.mjs'), writer);
    writeFileSync(
      join(platform.source, 'rig.toml'),
      `app = "flood"\n[processes]\nflood = "node writer.mjs ${rate}"\n`,
    );
    await platform.rig('deploy', platform.source, '--yes');
    const rigd = file<PlatformRecord>('platform.json').pid;
    const supervisor = file<SupervisorRecord>('supervisor.json').pid;
    console.log('\nMemory');
    setRate(2e6);
    await mostOf(rigd, 5);
    const base = await mostOf(rigd, 3);
    const stopped = platform.spawnRig(['logs', 'app', 'flood', '-f', '-n', '0', '-o', 'json']);
    children.push(stopped);
    await sleep(3_000);
    stopped.kill('SIGSTOP');
    const withStopped = await mostOf(rigd, 10);
    console.log(
      `  rigd at 2 MB/s            ${mib(base)}; with a stopped follower ${mib(withStopped)}, + ${mib(withStopped - base)}`,
    );
    const stalled = platform.spawnRig(['logs', 'app', 'flood', '-f', '-n', '0', '--no-prefix']);
    children.push(stalled);
    // Nobody reads its stdout: the pipe is full after 64 KiB.
    console.log(`  rig, stdout stalled       ${mib(await mostOf(stalled.pid ?? 0, 8))}`);
    for (const child of [stopped, stalled]) child.kill('SIGKILL');
    for (let count = 0; count < 20; count += 1) {
      const follower = platform.spawnRig(['logs', 'app', 'flood', '-f', '-n', '0', '--no-prefix']);
      follower.stdout.resume();
      children.push(follower);
    }
    await sleep(8_000);
    console.log(`  rigd, 20 followers        ${mib(await mostOf(rigd, 8))}`);
    for (const child of children.splice(0)) child.kill('SIGKILL');
    setRate(10e6);
    await sleep(3_000);
    console.log(`  supervisor at 10 MB/s     ${mib(await mostOf(supervisor, 10))}`);
    setRate(0);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await platform.close();
  }
}
