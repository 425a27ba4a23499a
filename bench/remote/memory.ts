import { setTimeout as sleep } from 'node:timers/promises';
import { RigClient } from '@rig-ops/client';
import { residentBytes } from '../../test/support/resident-memory.ts';
import type { BenchPlatform } from '../platform.ts';
import { accessOf, openChannel, pidsOf } from './open-channel.ts';

const IDLE = 500;
const STALLED = 40;
const KIB = 1024;

/** What the platform, rigd and supervisor together, keeps for sessions on one connection. */
export async function benchMemory(platform: BenchPlatform): Promise<void> {
  const client = new RigClient({ name: 'bench', ...accessOf(platform) });
  const terminal = { columns: 80, rows: 24, term: 'xterm' };
  const idle = { argv: ['sleep', '600'], terminal };
  const stalled = { argv: ['yes', 'x'.repeat(120)] };
  console.log('\nMemory of the platform');
  // What it needs to have had sessions at all is no cost of a session.
  await grow(platform, client, 50, idle);
  await grow(platform, client, 10, stalled);
  const perIdle = await grow(platform, client, IDLE, idle);
  console.log(`  ${IDLE} idle terminals: ${(perIdle / KIB).toFixed(1)} KiB each (target 32, rings aside)`);
  const perStalled = await grow(platform, client, STALLED, stalled);
  console.log(
    `  ${STALLED} programs whose output nobody reads: ${(perStalled / KIB).toFixed(0)} KiB each (target 1280: a window and 1 MiB)`,
  );
  await client.close();
}

/** Opens sessions, waits until they are at rest, closes them. @returns what each has added */
async function grow(
  platform: BenchPlatform,
  client: RigClient,
  count: number,
  params: object,
): Promise<number> {
  const before = await atRest(platform);
  const channels = [];
  for (let i = 0; i < count; i += 1) {
    const channel = await openChannel(client, params);
    // Somebody reads, and takes nothing: credit is given once.
    channel.read(1);
    channels.push(channel);
  }
  const after = await atRest(platform);
  for (const channel of channels) channel.close();
  await Promise.all(channels.map(({ closed }) => closed));
  await sleep(3_000);
  return (after - before) / count;
}

async function atRest(platform: BenchPlatform): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 8; i += 1) {
    await sleep(500);
    least = Math.min(
      least,
      pidsOf(platform).reduce((sum, pid) => sum + residentBytes(pid), 0),
    );
  }
  return least;
}
