import { compare, printComparisons } from './compare.ts';
import { BenchPlatform, rigEntry, timeProcess } from './platform.ts';

/** Start-up of short commands against an empty Node process. */
export async function benchStartUp(rounds: number): Promise<void> {
  const platform = new BenchPlatform();
  try {
    await platform.rig('platform', 'start');
    const rig = (...args: string[]) => ({
      name: `rig ${args.join(' ')}`,
      measure: () => timeProcess(process.execPath, [rigEntry, ...args], platform.environment),
    });
    const peer = { name: 'node -e 0', measure: () => timeProcess(process.execPath, ['-e', '0']) };
    const cases = [rig('--version'), rig('deploy', '--help'), rig('apps', 'list', '-o', 'json')];
    printComparisons(`Start-up, ${rounds} rounds, × node -e 0`, await compare(peer, cases, rounds));
  } finally {
    await platform.close();
  }
}
