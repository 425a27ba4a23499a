import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type IPty, spawn } from '@lydell/node-pty';
import { residentBytes } from '../../test/support/resident-memory.ts';
import { rigEntry } from '../platform.ts';
import { SeededPlatform } from './seeded-platform.ts';

const WARM_UP_MS = 15_000;
const IDLE_MS = 60_000;
/** An hour of looks every two seconds; here one behind the other, with 50 ms between them. */
const LOOKS = 1_800;
const LOOK_MS = 50;
/** USER_HZ: the unit of times in /proc on Linux. */
const TICKS_PER_SECOND = 100;

const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

function inTerminal(args: string[], env: NodeJS.ProcessEnv, command = process.execPath): IPty {
  const pty = spawn(command, args, {
    cols: 120,
    rows: 40,
    env: { ...env, TERM: 'xterm-256color', LANG: 'C.UTF-8' },
  });
  // What is drawn must be taken, as a terminal does.
  pty.onData(() => undefined);
  return pty;
}

/** Seconds of CPU a process has used. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The dashboard of 50 apps with 500 instances at 120x40: CPU when nobody types, against top, and memory over an hour. */
export async function benchDashboardTui(): Promise<void> {
  const platform = await SeededPlatform.start();
  const folder = mkdtempSync(join(tmpdir(), 'rig-bench-'));
  try {
    const dashboard = inTerminal([rigEntry, 'status', 'dashboard'], platform.environment);
    const top = inTerminal(['-d', '2'], platform.environment, 'top');
    await sleep(WARM_UP_MS);
    const begun = [cpuSeconds(dashboard.pid), cpuSeconds(top.pid)];
    await sleep(IDLE_MS);
    const [own = 0, peer = 0] = [dashboard.pid, top.pid].map((pid, index) => {
      const used = cpuSeconds(pid) - (begun[index] ?? 0);
      return (100 * used * 1000) / IDLE_MS;
    });
    console.log('\nrig status dashboard, 50 apps, 500 instances, 120x40, 60 s idle');
    console.log(`  CPU ${own.toFixed(2)} % of a core; top -d 2 beside it ${peer.toFixed(2)} %`);
    console.log(`  resident ${mebibytes(residentBytes(dashboard.pid))}`);
    dashboard.kill('SIGTERM');
    top.kill('SIGTERM');

    const report = join(folder, 'report.json');
    const child = fileURLToPath(new URL('dashboard-child.mjs', import.meta.url));
    const begunAt = Date.now();
    const hour = inTerminal(
      [child, platform.url, platform.token, String(LOOK_MS), String(LOOKS), report],
      platform.environment,
    );
    await new Promise<void>((resolve) => hour.onExit(() => resolve()));
    const { looks, most, last } = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
    const seconds = ((Date.now() - begunAt) / 1000).toFixed(0);
    console.log(`  behind ${looks} looks, as an hour brings (in ${seconds} s):`);
    console.log(`  resident ${mebibytes(last ?? 0)}, at most ${mebibytes(most ?? 0)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await platform.close();
  }
}
