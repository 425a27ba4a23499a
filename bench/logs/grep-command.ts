import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, printComparisons } from '../compare.ts';
import { BenchPlatform, rigEntry, timeProcess } from '../platform.ts';
import { RARE, writeSample } from './sample-lines.ts';
import { fillStore } from './search.ts';

/** `rig logs app --grep` as a user types it, start-up and all, against `zstdcat | rg` over the same lines. */
export async function benchGrepCommand(megabytes: number, rounds: number): Promise<void> {
  const platform = new BenchPlatform();
  try {
    writeFileSync(join(platform.source, 'rig.toml'), 'app = "quiet"\n[processes]\nquiet = "sleep 1000000"\n');
    await platform.rig('deploy', platform.source, '--yes');
    await platform.rig('platform', 'stop');
    const stores = join(platform.environment.RIG_HOME, 'platform', 'logs', 'apps');
    const store = join(stores, readdirSync(stores)[0] ?? '');
    rmSync(store, { recursive: true });
    const plain = join(platform.folder, 'plain.log');
    writeSample(plain, megabytes * 1e6);
    await fillStore(plain, store);
    execFileSync('zstd', ['-q', '-1', '-f', '--rm', plain, '-o', `${plain}.zst`]);
    await platform.rig('platform', 'start');
    const peer = {
      name: 'zstdcat | rg',
      measure: () => timeProcess('bash', ['-c', `zstdcat ${plain}.zst | rg -a ${RARE}`]),
    };
    const args = ['logs', 'app', 'quiet', '--grep', RARE, '--no-prefix'];
    const own = {
      name: `rig ${args.slice(0, 4).join(' ')} …`,
      measure: () => timeProcess(process.execPath, [rigEntry, ...args], platform.environment),
    };
    printComparisons(`${megabytes} MB sealed, ${rounds} rounds`, await compare(peer, [own], rounds));
  } finally {
    await platform.close();
  }
}
