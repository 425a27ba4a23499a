import { type Case, compare, printComparisons } from '../compare.ts';
import { type BenchPlatform, rigEntry, timeProcess } from '../platform.ts';
import type { SshServer } from './ssh-server.ts';

/** A warm `rig command APP -- true` against an empty Node process, and against an ssh that connects. */
export async function benchCommandStart(
  platform: BenchPlatform,
  ssh: SshServer | null,
  rounds: number,
): Promise<void> {
  const rig: Case = {
    name: 'rig command APP -- true',
    measure: () =>
      timeProcess(process.execPath, [rigEntry, 'command', 'hello-node', '--', 'true'], platform.environment),
  };
  const node: Case = { name: 'node -e 0', measure: () => timeProcess(process.execPath, ['-e', '0']) };
  const cold: Case[] = ssh === null ? [] : [sshCase('ssh HOST true', ssh, 'own')];
  const shared: Case[] = ssh === null ? [] : [sshCase('ssh (ControlMaster) HOST true', ssh, 'shared')];
  const results = await compare(node, [rig, ...cold, ...shared], rounds);
  printComparisons(`A command, ${rounds} rounds, × node -e 0 (target 3)`, results);
  const [, own, peer] = results;
  if (peer !== undefined && own !== undefined)
    console.log(`  rig / cold ssh: ${(own.medianMs / peer.medianMs).toFixed(2)} (target 0.6)`);
}

function sshCase(name: string, ssh: SshServer, connection: 'own' | 'shared'): Case {
  return { name, measure: () => timeProcess('ssh', ssh.args(connection, 'true')) };
}
