import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ErrorDocument } from '@rig-ops/contract/errors';
import { readDocuments } from './test-rig/read-documents.ts';
import { stopAtExit } from './test-rig/stop-at-exit.ts';

export interface TestRigOptions {
  /** Folder of the plugin, built; the current folder when absent. */
  plugin?: string | URL;
  /** `bin/run.js` of a rig; that of the package `@rig-ops/cli` which the plugin depends on when absent. */
  cli?: string;
  /** For every command, beside PATH, HOME and RIG_HOME; nothing else of this process is passed on. */
  env?: Record<string, string>;
}

export interface TestRunOptions {
  env?: Record<string, string>;
  /** Folder the command is called in; {@link TestRig.folder} when absent. */
  cwd?: string;
  /** What stdin holds; it is at its end otherwise. */
  stdin?: string | Uint8Array;
  /** Sends SIGINT, as Ctrl-C does. */
  signal?: AbortSignal;
  /** Milliseconds after which the command is killed; 60 000 when absent. */
  limitMs?: number;
}

/** How a command ended and what it said. */
export interface TestOutcome {
  /** Null when a signal ended it. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
  /** The document of its result, with `-o json`. */
  result: Record<string, unknown> | undefined;
  /** The document of its error, with `-o json`; of a stream, from its last record. */
  error: ErrorDocument | undefined;
  /** Records of a stream, with `-o json`, without the one that ends it. */
  records: Record<string, unknown>[];
}

/** A line of the client's audit file; see docs/output.md of rig. */
export interface TestAuditRecord {
  id: string;
  phase: 'start' | 'finish';
  argv: string[];
  context: string | null;
  exitCode?: number;
  error?: string | null;
}

/**
 * A rig of the test's own with one plugin linked into it: an empty state folder, the real command line
 * with its whole hook layer, and an embedded platform that the first command which needs one starts.
 *
 * ```ts
 * const rig = await TestRig.start();
 * after(() => rig.close());
 * const { exitCode, result } = await rig.run(['stock', 'list', '-o', 'json']);
 * ```
 */
export class TestRig implements AsyncDisposable {
  /** Temporary; holds everything of this rig. */
  readonly folder: string;
  readonly rigHome: string;
  readonly #cli: string;
  readonly #env: Record<string, string>;
  readonly #forgetExit: () => void;

  private constructor(folder: string, cli: string, env: Record<string, string>) {
    this.folder = folder;
    this.rigHome = join(folder, 'home');
    this.#cli = cli;
    const { PATH = '' } = process.env;
    this.#env = { PATH, HOME: folder, LANG: 'C.UTF-8', RIG_HOME: this.rigHome, ...env };
    this.#forgetExit = stopAtExit(cli, this.#env, folder);
  }

  /** Throws where there is no rig to be found, and when the plugin cannot be linked. */
  static async start({ plugin = process.cwd(), cli, env = {} }: TestRigOptions = {}): Promise<TestRig> {
    const root = resolve(plugin instanceof URL ? fileURLToPath(plugin) : plugin);
    const entry = cli ?? findCli(root);
    const folder = await mkdtemp(join(tmpdir(), 'rig-test-'));
    const rig = new TestRig(folder, entry, env);
    await mkdir(rig.rigHome, { mode: 0o700 });
    const linked = await rig.run(['plugins', 'link', root]);
    if (linked.exitCode === 0) return rig;
    await rig.close();
    throw new Error(`${root} cannot be linked as a plugin:\n${linked.stderr}${linked.stdout}`);
  }

  /** Runs `rig` with these words as a process of its own; a failing command is an outcome, not a throw. */
  async run(args: readonly string[], options: TestRunOptions = {}): Promise<TestOutcome> {
    const { env = {}, cwd = this.folder, stdin = '', signal, limitMs = 60_000 } = options;
    const child = spawn(process.execPath, [this.#cli, ...args], { cwd, env: { ...this.#env, ...env } });
    const interrupt = () => child.kill('SIGINT');
    signal?.addEventListener('abort', interrupt, { once: true });
    if (signal?.aborted === true) interrupt();
    const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A command that does not read its stdin may be gone before it was written.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
    try {
      const exitCode = await new Promise<number | null>((done, reject) => {
        child.once('error', reject);
        child.once('close', done);
      });
      const said = Buffer.concat(stdout).toString('utf8');
      return {
        exitCode,
        stdout: said,
        stderr: Buffer.concat(stderr).toString('utf8'),
        ...readDocuments(said),
      };
    } finally {
      clearTimeout(limit);
      signal?.removeEventListener('abort', interrupt);
    }
  }

  /** The client's audit records so far, oldest first. */
  async audit(): Promise<TestAuditRecord[]> {
    const text = await readFile(join(this.rigHome, 'audit.jsonl'), 'utf8');
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as TestAuditRecord);
  }

  /** Stops the platform with all its apps, and removes the folder. */
  async close(): Promise<void> {
    if (existsSync(join(this.rigHome, 'platform'))) await this.run(['platform', 'stop']);
    this.#forgetExit();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function findCli(plugin: string): string {
  try {
    const manifest = createRequire(join(plugin, 'package.json')).resolve('@rig-ops/cli/package.json');
    return join(dirname(manifest), 'bin', 'run.js');
  } catch (error) {
    throw new Error(`${plugin} has no rig to be tested with; run: npm install --save-dev @rig-ops/cli`, {
      cause: error,
    });
  }
}
