import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Case, compare, printComparisons } from './compare.ts';
import { installPeer } from './peer.ts';
import { BenchPlatform, rigEntry, timeProcess } from './platform.ts';

/** A published command line made with oclif: oclif's own. */
const PEER = { name: 'oclif', version: '6.0.10', entry: 'bin/run.js' };

/** Start-up of short commands against an empty Node process, beside a published oclif CLI. */
export async function benchStartUp(rounds: number): Promise<void> {
  const platform = new BenchPlatform();
  try {
    const peerEntry = installPeer(PEER);
    await platform.rig('platform', 'start');
    const plugged = { ...platform.environment, RIG_DATA_DIR: userPlugin(platform.folder) };
    const rig = (...args: string[]) =>
      program(`rig ${args.join(' ')}`, [rigEntry, ...args], platform.environment);
    const apps = ['apps', 'list', '-o', 'json'];
    const cases = [
      rig('--version'),
      rig('help'),
      rig('deploy', '--help'),
      rig(...apps),
      program(`rig ${apps.join(' ')}, a user plugin more`, [rigEntry, ...apps], plugged),
      ...['--version', '--help'].map((flag) =>
        program(`${PEER.name} ${PEER.version} ${flag}`, [peerEntry, flag], process.env),
      ),
    ];
    const peer = { name: 'node -e 0', measure: () => timeProcess(process.execPath, ['-e', '0']) };
    printComparisons(`Start-up, ${rounds} rounds, × node -e 0`, await compare(peer, cases, rounds));
  } finally {
    await platform.close();
  }
}

function program(name: string, argv: string[], environment: NodeJS.ProcessEnv): Case {
  return { name, measure: () => timeProcess(process.execPath, argv, environment) };
}

/** A folder of user plugins with one in it, as installed: a command, a hook for every command, a range of hosts. */
function userPlugin(folder: string): string {
  const dataDir = join(folder, 'user-plugins');
  const source = fileURLToPath(new URL('plugin', import.meta.url));
  cpSync(source, join(dataDir, 'node_modules', 'plugin-bench'), { recursive: true });
  mkdirSync(dataDir, { recursive: true });
  const plugins = [{ name: 'plugin-bench', type: 'user', tag: '1.0.0' }];
  writeFileSync(join(dataDir, 'package.json'), JSON.stringify({ oclif: { schema: 1, plugins } }));
  return dataDir;
}
