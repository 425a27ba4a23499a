import { readFileSync, statSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '../../packages/server/src/testing/postgres/cluster.ts';
import { residentBytes } from '../../test/support/resident-memory.ts';
import { SeededPlatform } from '../dashboard/seeded-platform.ts';

const SIZES = [100, 1_000];
/** What was measured before is read back after the start. */
const SETTLE_MS = 40_000;
const IDLE_MS = 10_000;

/** CPU time of a process so far, in milliseconds: proc_pid_stat(5). */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function measure(apps: number, databaseUrl: string | undefined) {
  const began = performance.now();
  const platform = await SeededPlatform.start({
    apps,
    instancesPerApp: 2,
    releasesPerApp: 3,
    events: 2_000,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  });
  try {
    const started = performance.now() - began;
    await sleep(SETTLE_MS);
    const before = cpuMs(platform.pid);
    await sleep(IDLE_MS);
    const cpu = (cpuMs(platform.pid) - before) / (IDLE_MS / 100);
    const ask = async (path: string) => {
      const times: number[] = [];
      for (let round = 0; round < 7; round += 1) {
        const asked = performance.now();
        const answer = await fetch(platform.url + path, {
          headers: { authorization: `Bearer ${platform.token}` },
        });
        await answer.arrayBuffer();
        if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
        times.push(performance.now() - asked);
      }
      return median(times);
    };
    const database = join(platform.rigHome, 'platform', 'rigd.sqlite');
    return {
      startedSeconds: started / 1000,
      memory: residentBytes(platform.pid) / 2 ** 20,
      cpu,
      page: await ask('/v1/apps?limit=50'),
      one: await ask('/v1/apps/shop'),
      status: await ask('/v1/status'),
      metrics: await ask('/v1/metrics?step=10s'),
      disk: databaseUrl === undefined ? statSync(database).size / 2 ** 20 : null,
    };
  } finally {
    await platform.close();
  }
}

/** One rigd with so many apps of two instances each that nothing happens in: what it takes and how long it takes to answer. */
export async function benchManyApps(): Promise<void> {
  const ends: (() => Promise<void>)[] = [];
  const cluster = await startPostgres({ after: (end) => ends.push(end) }, { settings: ['fsync = on'] });
  try {
    console.log(
      'apps   state       MiB rigd  % CPU idle  ms: 50 apps  one app  status  metrics  seed+start s  load',
    );
    for (const apps of SIZES)
      for (const state of ['sqlite', 'postgres'] as const) {
        const url = state === 'sqlite' ? undefined : await cluster.createDatabase();
        const found = await measure(apps, url);
        console.log(
          [
            String(apps).padEnd(6),
            state.padEnd(10),
            found.memory.toFixed(0).padStart(9),
            found.cpu.toFixed(1).padStart(11),
            found.page.toFixed(0).padStart(12),
            found.one.toFixed(0).padStart(8),
            found.status.toFixed(0).padStart(7),
            found.metrics.toFixed(0).padStart(8),
            found.startedSeconds.toFixed(0).padStart(13),
            (loadavg()[0] ?? 0).toFixed(1).padStart(5),
          ].join(' '),
        );
      }
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}
