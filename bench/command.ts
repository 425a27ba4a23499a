import { compare, printComparisons } from './compare.ts';
import { BenchPlatform, rigEntry, timeProcess } from './platform.ts';

/** `rig command APP -- true` against an empty Node process. */
export async function benchCommand(rounds: number): Promise<void> {
  const platform = new BenchPlatform();
  try {
    await platform.rig('deploy', platform.source, '--yes');
    const args = ['command', 'hello-node', '--', 'true'];
    const peer = { name: 'node -e 0', measure: () => timeProcess(process.execPath, ['-e', '0']) };
    const remote = {
      name: `rig ${args.join(' ')}`,
      measure: () => timeProcess(process.execPath, [rigEntry, ...args], platform.environment),
    };
    printComparisons(`Remote command, ${rounds} rounds, × node -e 0`, await compare(peer, [remote], rounds));
  } finally {
    await platform.close();
  }
}
