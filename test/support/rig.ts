import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));
const entry = join(repository, 'bin', 'run.js');

export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  stdin?: string | Uint8Array;
  /** Milliseconds after which the command is killed and the test fails. */
  limitMs?: number;
  /** A descriptor for stdout instead of a pipe. */
  stdout?: number;
}

/** What reaching a package registry may need on this machine; nothing else of the environment is passed on. */
const reachability =
  /^(NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|(HTTPS?|NO)_PROXY|NPM_CONFIG_(REGISTRY|CAFILE))$/i;
const passedOn = Object.fromEntries(Object.entries(process.env).filter(([name]) => reachability.test(name)));

/** A user with an empty `RIG_HOME` and a folder for sources; `close` stops the platform and removes both. */
export class User {
  readonly folder = mkdtempSync(join(tmpdir(), 'rig-e2e-'));
  readonly home = join(this.folder, 'home');
  readonly sources = join(this.folder, 'sources');

  constructor() {
    mkdirSync(this.sources);
  }

  /** Starts `rig` as a process; nothing of the surrounding environment decides what it does. */
  spawn(args: string[], options: RunOptions = {}): ChildProcess {
    const { PATH = '', HOME = this.folder } = process.env;
    return spawn(process.execPath, [entry, ...args], {
      cwd: options.cwd ?? this.sources,
      env: {
        ...passedOn,
        PATH,
        HOME,
        LANG: 'C.UTF-8',
        RIG_HOME: this.home,
        // An agent would outlive the test.
        RIG_AGENT: 'off',
        RIG_CREDENTIAL_STORE: 'file',
        ...options.env,
      },
      stdio: ['pipe', options.stdout ?? 'pipe', 'pipe'],
    });
  }

  async run(args: string[], options: RunOptions = {}): Promise<Outcome> {
    const child = this.spawn(args, options);
    const limit = setTimeout(() => child.kill('SIGKILL'), options.limitMs ?? 120_000);
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.stdin ?? '');
    try {
      return await collect(child);
    } finally {
      clearTimeout(limit);
    }
  }

  /** Runs a command that must succeed and answers its JSON document. */
  async json<T = Record<string, unknown>>(args: string[], options: RunOptions = {}): Promise<T> {
    const outcome = await this.run([...args, '-o', 'json'], options);
    assert.equal(outcome.code, 0, describe(args, outcome));
    return JSON.parse(outcome.stdout) as T;
  }

  /** Runs a command that must fail with this code of the error registry and this exit code. */
  async fails(
    args: string[],
    code: string,
    exitCode: number,
    options: RunOptions = {},
  ): Promise<FailureDocument> {
    const outcome = await this.run([...args, '-o', 'json'], options);
    const text = describe(args, outcome);
    assert.equal(outcome.code, exitCode, text);
    const document = JSON.parse(outcome.stdout) as { error?: FailureDocument };
    assert.equal(document.error?.code, code, text);
    assert.ok(document.error.message.length > 0 && document.error.hint.length > 0, text);
    return document.error;
  }

  /** Writes a source tree: path → content. */
  source(name: string, files: Record<string, string>): string {
    const root = join(this.sources, name);
    mkdirSync(root, { recursive: true });
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    return root;
  }

  /** A copy of one of the repository's examples. */
  example(name: string): string {
    const copy = join(this.sources, name);
    cpSync(join(repository, 'examples', name), copy, {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
    return copy;
  }

  platformFile<T>(name: string): T {
    return JSON.parse(readFileSync(join(this.home, 'platform', name), 'utf8')) as T;
  }

  async close(): Promise<void> {
    const stopped = await this.run(['platform', 'stop']);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    assert.equal(stopped.code, 0, describe(['platform', 'stop'], stopped));
  }
}

export interface FailureDocument {
  code: string;
  message: string;
  hint: string;
  exitCode: number;
  requestId?: string;
  details?: Record<string, unknown>;
}

/** What a process printed and how it ended. */
export async function collect(child: ChildProcess): Promise<Outcome> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({
        code,
        signal,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      }),
    );
  });
}

export function describe(args: string[], { code, signal, stdout, stderr }: Outcome): string {
  return `rig ${args.join(' ')} → ${signal ?? code}\n--- stdout\n${stdout}\n--- stderr\n${stderr}`;
}

/** Waits until a condition holds; its last error or value is what a timeout tells. */
export async function until<T>(
  what: string,
  probe: () => Promise<T> | T,
  limitMs = 20_000,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + limitMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await probe();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${what} did not happen within ${limitMs} ms; last: ${String(last)}`, { cause: last });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Processes whose environment names this state folder, as the kernel tells it (Linux). */
export function processesOf(home: string): number[] {
  const { readdirSync } = process.getBuiltinModule('node:fs');
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(home) ||
          readFileSync(`/proc/${pid}/environ`, 'utf8').includes(home)
        );
      } catch {
        return false;
      }
    });
}
