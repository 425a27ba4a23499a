import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RigClient } from '@rig-ops/client';
import { startPostgres } from '../../packages/server/src/testing/postgres/cluster.ts';
import { residentBytes } from '../../test/support/resident-memory.ts';
import { BenchPlatform } from '../platform.ts';
import { cpuMs } from './apps.ts';
import { accessOf, pidsOf } from '../remote/open-channel.ts';

const APPS = 6;
const DEPLOYS = 18;
const AT_ONCE = 2;
const READERS = 16;
const READ_MS = 4_000;
const FOLLOWS = 200;
const INSTANCES = 60;

/** Ten thousand lines of 100 bytes a second. */
const talker = `
const line = 'x'.repeat(99) + '\\n';
let owed = 0;
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  owed += (now - last) * 10;
  last = now;
  const lines = Math.floor(owed);
  owed -= lines;
  process.stdout.write(line.repeat(lines));
}, 20);
`;
const LISTEN_MS = 5_000;

/** Per cent of a processor that the supervisor takes for it. */
async function measureLogs(platform: BenchPlatform): Promise<number> {
  const talking = join(platform.folder, 'talking');
  mkdirSync(talking);
  writeFileSync(join(talking, 'talk.cjs'), talker);
  writeFileSync(join(talking, 'rig.toml'), 'app = "talking"\n[processes]\ntalk = "node talk.cjs"\n');
  await platform.rig('deploy', talking, '--yes');
  await sleep(2_000);
  const supervisor = pidsOf(platform)[1] ?? 0;
  const before = cpuMs(supervisor);
  await sleep(LISTEN_MS);
  const used = cpuMs(supervisor) - before;
  await platform.rig('apps', 'destroy', 'talking', '--yes');
  return (used * 100) / LISTEN_MS;
}

/** So many at once, each beginning when one has ended. */
async function inTurns(
  count: number,
  atOnce: number,
  work: (number: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < count) {
        next += 1;
        await work(next - 1);
      }
    }),
  );
  return (performance.now() - began) / 1000;
}

async function atRest(platform: BenchPlatform): Promise<number[]> {
  let least: number[] = [];
  for (let look = 0; look < 6; look += 1) {
    await sleep(500);
    const now = pidsOf(platform).map(residentBytes);
    least = now.map((bytes, at) => Math.min(bytes, least[at] ?? bytes));
  }
  return least;
}

/** KiB that each of so many has added to the process at this place. */
const each = (after: number[], first: number[], at: number, count: number) =>
  ((after[at] ?? 0) - (first[at] ?? 0)) / count / 1024;

async function measure(platform: BenchPlatform): Promise<Record<string, number>> {
  const sources = Array.from({ length: APPS }, (_, number) => {
    const folder = join(platform.folder, `app-${number}`);
    cpSync(platform.source, folder, { recursive: true });
    return folder;
  });
  const deploy = (number: number) => {
    const source = sources[number % APPS] ?? '';
    writeFileSync(join(source, 'changed.txt'), `${number} ${Math.random()}`);
    return platform.rig('deploy', source, '--yes', '--app', `app-${number % APPS}`);
  };
  await inTurns(APPS, 1, deploy);
  const deploySeconds = await inTurns(DEPLOYS, AT_ONCE, deploy);

  const client = new RigClient({ name: 'bench', ...accessOf(platform) });
  const until = performance.now() + READ_MS;
  let answers = 0;
  await Promise.all(
    Array.from({ length: READERS }, async () => {
      while (performance.now() < until) {
        await client.call('getApp', { params: { app: 'app-0' } });
        answers += 1;
      }
    }),
  );

  const before = await atRest(platform);
  const connection = await client.connect();
  const followed = Array.from({ length: FOLLOWS }, (_, number) =>
    connection.open('logs', { app: `app-${number % APPS}`, follow: true, tail: 0 }),
  );
  await Promise.all(followed.map(({ accepted }) => accepted));
  const withFollows = await atRest(platform);
  for (const channel of followed) channel.close();
  await client.close();

  const forLogs = await measureLogs(platform);
  const idle = join(platform.folder, 'idle');
  mkdirSync(idle);
  writeFileSync(join(idle, 'rig.toml'), 'app = "idle"\n[processes]\nidle = ["sleep", "100000"]\n');
  await platform.rig('deploy', idle, '--yes');
  const beforeInstances = await atRest(platform);
  const began = performance.now();
  await platform.rig('apps', 'scale', 'idle', `idle=${INSTANCES}`);
  const scaleSeconds = (performance.now() - began) / 1000;
  const withInstances = await atRest(platform);

  return {
    'deploys a minute': (DEPLOYS * 60) / deploySeconds,
    'answers a second': (answers * 1000) / READ_MS,
    'rigd, MiB': (before[0] ?? 0) / 2 ** 20,
    'supervisor, MiB': (before[1] ?? 0) / 2 ** 20,
    'KiB of rigd a follow': each(withFollows, before, 0, FOLLOWS),
    'KiB of rigd an instance': each(withInstances, beforeInstances, 0, INSTANCES),
    'KiB of the supervisor an instance': each(withInstances, beforeInstances, 1, INSTANCES),
    '% of a CPU for 10,000 lines a second': forLogs,
    'instances started a second': INSTANCES / scaleSeconds,
  };
}

/** One real platform, on each of the databases in turn: deploys, reads, follows and instances. */
export async function benchOnePlatform(rounds: number): Promise<void> {
  const ends: (() => Promise<void>)[] = [];
  const cluster = await startPostgres({ after: (end) => ends.push(end) }, { settings: ['fsync = on'] });
  try {
    for (let round = 0; round < rounds; round += 1)
      for (const state of ['sqlite', 'postgres'] as const) {
        const platform = new BenchPlatform();
        try {
          if (state === 'postgres') {
            const file = join(platform.folder, 'database-url');
            writeFileSync(file, await cluster.createDatabase(), { mode: 0o600 });
            await platform.rig('platform', 'start', '--database-url-file', file);
          } else await platform.rig('platform', 'start');
          const found = await measure(platform);
          console.log(`${state}, load ${(loadavg()[0] ?? 0).toFixed(1)}`);
          for (const [what, number] of Object.entries(found))
            console.log(`  ${what.padEnd(36)} ${number.toFixed(1).padStart(8)}`);
        } finally {
          await platform.close();
        }
      }
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}
