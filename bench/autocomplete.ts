import { spawnSync } from 'node:child_process';
import { compare, printComparisons } from './compare.ts';
import { BenchPlatform, rigEntry, timeProcess } from './platform.ts';

const complete = (line: string) => [rigEntry, '__complete', 'bash', line, ' =:'];

/** What a shell runs at a press of Tab, against an empty Node process. */
export async function benchAutocomplete(rounds: number): Promise<void> {
  const platform = new BenchPlatform();
  try {
    await platform.rig('deploy', platform.source, '--yes');
    await platform.rig('autocomplete', 'refresh', '--for-app', 'hello-node');
    const { stdout } = spawnSync(process.execPath, complete('rig apps info '), {
      env: platform.environment,
      encoding: 'utf8',
    });
    if (!stdout.includes('hello-node')) throw new Error(`nothing was completed: ${stdout}`);
    const peer = { name: 'node -e 0', measure: () => timeProcess(process.execPath, ['-e', '0']) };
    const cases = ['rig ', 'rig apps list --', 'rig apps info ', 'rig rollback --app hello-node '].map(
      (line) => ({
        name: `Tab behind "${line}"`,
        measure: () => timeProcess(process.execPath, complete(line), platform.environment),
      }),
    );
    printComparisons(`Completion, ${rounds} rounds, × node -e 0`, await compare(peer, cases, rounds));
  } finally {
    await platform.close();
  }
}
