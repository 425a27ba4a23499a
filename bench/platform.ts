import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('..', import.meta.url));
const entry = join(repository, 'bin', 'run.js');

/** A platform of the benchmark's own, with hello-node deployed from a copy of the example. */
export class BenchPlatform {
  readonly folder = mkdtempSync(join(tmpdir(), 'rig-bench-'));
  readonly source = join(this.folder, 'hello-node');
  readonly environment = { ...process.env, RIG_HOME: join(this.folder, 'home') };

  constructor() {
    cpSync(join(repository, 'examples', 'hello-node'), this.source, { recursive: true });
  }

  spawnRig(args: string[]) {
    return spawn(process.execPath, [entry, ...args], {
      env: this.environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  /** Runs `rig` and answers its stdout; fails with its exit code. */
  async rig(...args: string[]): Promise<string> {
    const child = this.spawnRig(args);
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(`rig ${args.join(' ')} ended with ${String(code)}\n${stdout}`);
    return stdout;
  }

  async close(): Promise<void> {
    await this.rig('platform', 'stop');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Wall time of one process from spawn to end, in milliseconds. */
export async function timeProcess(command: string, args: string[], env?: NodeJS.ProcessEnv): Promise<number> {
  const started = performance.now();
  const child = spawn(command, args, { stdio: 'ignore', ...(env === undefined ? {} : { env }) });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${String(code)}`);
  return performance.now() - started;
}

export const rigEntry = entry;
