import { spawn } from 'node:child_process';
import { spawn as spawnPty } from '@lydell/node-pty';
import { type Case, compare, printComparisons } from '../compare.ts';
import { type BenchPlatform, rigEntry } from '../platform.ts';
import type { SshServer } from './ssh-server.ts';

const MIB = 256;
const OUT = ['head', '-c', `${MIB}M`, '/dev/zero'];
const IN = 'cat > /dev/null';
const LINES = 3_000_000;

const rigArgs = (...args: string[]) => [rigEntry, 'command', 'hello-node', ...args];

/** Bytes out of a program, into it, and out of a terminal, start included, against ssh with its default cipher. */
export async function benchThroughput(
  platform: BenchPlatform,
  ssh: SshServer | null,
  rounds: number,
): Promise<void> {
  if (ssh === null) return;
  const { environment } = platform;
  const node = process.execPath;
  const pairs: [title: string, peer: Case, own: Case][] = [
    [
      `${MIB} MiB of stdout`,
      { name: 'ssh', measure: () => pipe('ssh', ssh.args('own', OUT.join(' ')), 'out') },
      {
        name: 'rig command',
        measure: () => pipe(node, rigArgs('--no-stdin', '--', ...OUT), 'out', environment),
      },
    ],
    [
      `${MIB} MiB of stdin`,
      { name: 'ssh', measure: () => pipe('ssh', ssh.args('own', IN), 'in') },
      { name: 'rig command', measure: () => pipe(node, rigArgs('--', 'sh', '-c', IN), 'in', environment) },
    ],
    [
      `${LINES} lines in a terminal`,
      { name: 'ssh -tt', measure: () => terminal('ssh', ['-tt', ...ssh.args('own', `seq ${LINES}`)]) },
      {
        name: 'rig command -t',
        measure: () => terminal(node, rigArgs('-t', '--', 'seq', String(LINES)), environment),
      },
    ],
  ];
  for (const [title, peer, own] of pairs) {
    const results = await compare(peer, [own], Math.min(rounds, 5));
    printComparisons(title, results);
    const target = title.includes('terminal') ? 0.5 : 0.8;
    console.log(
      `  throughput rig / ssh: ${(1 / (results[1]?.ratio ?? Number.NaN)).toFixed(2)} (target ${target})`,
    );
  }
}

/** Through pipes of a shell, as people write it. */
async function pipe(
  file: string,
  args: string[],
  direction: 'in' | 'out',
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const script = direction === 'out' ? '"$@" | cat > /dev/null' : `${OUT.join(' ')} | "$@"`;
  const started = performance.now();
  const child = spawn('sh', ['-c', script, 'sh', file, ...args], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`${file} ended with ${String(code)}`);
  return performance.now() - started;
}

async function terminal(file: string, args: string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const started = performance.now();
  const pty = spawnPty(file, args, { env, cols: 80, rows: 24, encoding: null });
  let bytes = 0;
  pty.onData((chunk) => (bytes += chunk.length));
  await new Promise((resolve) => pty.onExit(resolve));
  if (bytes < LINES * 6) throw new Error(`${file}: only ${bytes} bytes were shown`);
  return performance.now() - started;
}
