import { BenchPlatform } from '../platform.ts';
import { benchBatch } from './batch.ts';
import { benchCommandStart } from './start-up.ts';
import { SshServer } from './ssh-server.ts';

const parts = { start: benchCommandStart, batch: benchBatch };

/** Remote access against OpenSSH on loopback; `RIG_BENCH_PARTS=start,batch` runs a part of it. */
export async function benchRemote(rounds: number): Promise<void> {
  const chosen = process.env.RIG_BENCH_PARTS?.split(',');
  const platform = new BenchPlatform();
  const ssh = await SshServer.start();
  if (ssh === null)
    console.log('OpenSSH is not here (Debian: openssh-server, openssh-client): nothing is held against it.');
  try {
    await platform.rig('deploy', platform.source, '--yes');
    for (const [name, run] of Object.entries(parts)) {
      if (chosen === undefined || chosen.includes(name)) await run(platform, ssh, rounds);
    }
  } finally {
    await ssh?.close();
    await platform.close();
  }
}
