import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchPlatform } from '../platform.ts';
import { benchBatch } from './batch.ts';
import { benchEcho } from './echo.ts';
import { benchMemory } from './memory.ts';
import { benchCommandStart } from './start-up.ts';
import { SshServer } from './ssh-server.ts';
import { benchThroughput } from './throughput.ts';

const parts = {
  start: benchCommandStart,
  batch: benchBatch,
  echo: benchEcho,
  throughput: benchThroughput,
  memory: benchMemory,
};

/** Remote access against OpenSSH on loopback; `RIG_BENCH_PARTS=start,batch` runs a part of it. */
export async function benchRemote(rounds: number): Promise<void> {
  const chosen = process.env.RIG_BENCH_PARTS?.split(',');
  const platform = new BenchPlatform();
  const ssh = await SshServer.start();
  if (ssh === null)
    console.log('OpenSSH is not here (Debian: openssh-server, openssh-client): nothing is held against it.');
  try {
    const folder = join(platform.environment.RIG_HOME, 'platform');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'session-limits.json'), '{"perUser": 1000, "total": 1000}');
    await platform.rig('deploy', platform.source, '--yes');
    for (const [name, run] of Object.entries(parts)) {
      if (chosen === undefined || chosen.includes(name)) await run(platform, ssh, rounds);
    }
  } finally {
    await ssh?.close();
    await platform.close();
  }
}
