import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const fixture = (name: string) => here(`../fixtures/${name}`);

/** Entries a test can run: as shipped, bundled; the core from its sources; and that without the hook layer. */
export const entries = {
  rig: [here('../../bin/run.js')],
  fromSource: ['--conditions=rig-source', here('rig-from-source.ts')],
  withShortLimits: ['--conditions=rig-source', here('rig-with-short-limits.ts')],
  withoutHooks: ['--conditions=rig-source', here('rig-without-hooks.ts')],
};

export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Started {
  child: ChildProcess;
  /** Resolves once stderr holds this text; rejects when the program ended before. */
  said(text: string): Promise<void>;
  outcome: Promise<Outcome>;
}

/** Homes of rig's state and of its user's plugins, in a temporary folder; the fixtures are linked. */
export class Sandbox {
  readonly folder = mkdtempSync(join(tmpdir(), 'rig-contract-'));
  readonly home = join(this.folder, 'home');
  readonly env: Record<string, string>;
  readonly #running = new Set<ChildProcess>();

  constructor() {
    const plugins = join(this.home, 'plugins');
    mkdirSync(plugins, { recursive: true, mode: 0o700 });
    const linked = ['plugin-stranger', 'plugin-kin'].map((name) => ({
      name,
      root: fixture(name),
      type: 'link',
    }));
    // What `plugins link` writes.
    const manifest = { private: true, dependencies: {}, oclif: { schema: 1, plugins: linked } };
    writeFileSync(join(plugins, 'package.json'), JSON.stringify(manifest));
    this.env = {
      PATH: process.env.PATH ?? '',
      HOME: this.folder,
      RIG_HOME: this.home,
      // An agent would outlive the test.
      RIG_AGENT: 'off',
      // The keyring of whoever runs the tests is theirs.
      RIG_CREDENTIAL_STORE: 'file',
    };
  }

  start(argv: string[], options: RunOptions = {}): Started {
    const { entry = entries.rig, node = process.execPath, env = {}, stdin = '', cwd = this.folder } = options;
    const child = spawn(node, [...entry, ...argv], { env: { ...this.env, ...env }, cwd, stdio: 'pipe' });
    this.#running.add(child);
    child.on('close', () => this.#running.delete(child));
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (options.closeStdoutAfter !== undefined && stdout.length >= options.closeStdoutAfter)
        child.stdout.destroy();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    // A program that does not read its stdin may be gone before it was written.
    child.stdin.on('error', () => undefined);
    if (stdin !== null) child.stdin.end(stdin);
    const outcome = new Promise<Outcome>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
    });
    const said = (text: string) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (stderr.includes(text)) resolve();
        };
        child.stderr.on('data', look);
        child.on('close', () => reject(new Error(`it ended without saying ${text}: ${stderr}`)));
        look();
      });
    return { child, said, outcome };
  }

  async run(argv: string[], options: RunOptions = {}): Promise<Outcome> {
    return await this.start(argv, options).outcome;
  }

  /** The client's audit records so far. */
  audit(): AuditRecord[] {
    const lines = readFileSync(join(this.home, 'audit.jsonl'), 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as AuditRecord);
  }

  /** Also ends what a failed test left running. */
  async remove(): Promise<void> {
    const ended = [...this.#running].map((child) => new Promise((resolve) => child.on('close', resolve)));
    for (const child of this.#running) {
      child.stdout?.resume();
      child.kill('SIGKILL');
    }
    await Promise.all(ended);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface RunOptions {
  entry?: string[];
  node?: string;
  env?: Record<string, string>;
  /** Null leaves stdin open. */
  stdin?: string | null;
  cwd?: string;
  /** Closes the reading end of stdout once so many characters have come. */
  closeStdoutAfter?: number;
}

export interface AuditRecord {
  id: string;
  phase: 'start' | 'finish';
  argv: string[];
  user: string;
  context: string | null;
  exitCode?: number;
  durationMs?: number;
  error?: string | null;
}
