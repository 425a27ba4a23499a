import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RigClient } from '@rig-ops/client';
import type { BenchPlatform } from '../platform.ts';

/** How the platform is reached without the command line. */
export function accessOf(platform: BenchPlatform): { url: string; token: string } {
  const folder = join(platform.environment.RIG_HOME, 'platform');
  const { url } = JSON.parse(readFileSync(join(folder, 'platform.json'), 'utf8')) as { url: string };
  return { url, token: readFileSync(join(folder, 'token'), 'utf8').trim() };
}

export function pidsOf(platform: BenchPlatform): number[] {
  const folder = join(platform.environment.RIG_HOME, 'platform');
  return ['platform.json', 'supervisor.json'].map(
    (name) => (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { pid: number }).pid,
  );
}

/** Opens a `command` channel and waits until its program runs. */
export async function openChannel(client: RigClient, params: object) {
  const channel = (await client.connect()).open('command', { app: 'hello-node', ...params });
  await channel.accepted;
  return channel;
}
