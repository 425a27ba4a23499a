import { spawn } from 'node:child_process';
import { type Case, compare, printComparisons } from '../compare.ts';
import { type BenchPlatform, rigEntry, timeProcess } from '../platform.ts';
import type { SshServer } from './ssh-server.ts';

const COMMANDS = 100;

/** A command of a batch, its start shared by all of them, against ssh over a connection that is there already. */
export async function benchBatch(
  platform: BenchPlatform,
  ssh: SshServer | null,
  rounds: number,
): Promise<void> {
  if (ssh === null) return;
  const peer: Case = {
    name: 'ssh (ControlMaster) HOST true',
    async measure() {
      let total = 0;
      for (let i = 0; i < 10; i += 1) total += await timeProcess('ssh', ssh.args('shared', 'true'));
      return total / 10;
    },
  };
  const batch = (concurrency: number): Case => ({
    name: `rig command --batch, ${concurrency} at once`,
    measure: () => timeBatch(platform, concurrency),
  });
  const results = await compare(peer, [batch(1), batch(10)], rounds);
  printComparisons(
    `One of ${COMMANDS} commands, ${rounds} rounds, × ssh over ControlMaster (target 0.6)`,
    results,
  );
}

async function timeBatch(platform: BenchPlatform, concurrency: number): Promise<number> {
  const started = performance.now();
  const args = [rigEntry, 'command', 'hello-node', '--batch', '--concurrency', String(concurrency)];
  const child = spawn(process.execPath, args, {
    env: platform.environment,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.stdin.end('{"argv":["true"]}\n'.repeat(COMMANDS));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`the batch ended with ${String(code)}`);
  return (performance.now() - started) / COMMANDS;
}
