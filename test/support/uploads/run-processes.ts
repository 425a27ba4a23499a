import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const TOKEN = 'a-token-of-tests-and-nothing-else';

/** What one process, or a pipe of them, cost. */
export interface Cost {
  wallMs: number;
  cpuMs: number;
  /** Bytes that went over the wire. */
  wireBytes: number;
  rssBytes: number;
}

export interface UploadReport {
  bundle: string;
  files: number;
  bytes: number;
  sentBytes: number;
  uploadedBytes: number;
  phases: Record<string, number>;
  rssBytes: number;
  cpuMs: number;
}

/** The platform's side, in a process of its own. */
export class Server {
  readonly #child: ChildProcess;
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(folder: string, { port = 0, materialise = false } = {}): Promise<Server> {
    const child = fork(here('serve-child.ts'), [folder, String(port), ...(materialise ? ['yes'] : [])], {
      // The last as for a platform.
      execArgv: [
        '--conditions=rig-source',
        '--disable-warning=ExperimentalWarning',
        '--max-semi-space-size=2',
      ],
    });
    const [{ port: actual }] = (await once(child, 'message')) as [{ port: number }];
    return new Server(child, actual);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async usage(): Promise<{ rssBytes: number; cpuMs: number }> {
    return await this.#ask('usage');
  }

  /** Removes the trees that were written. */
  async forget(): Promise<void> {
    await this.#ask('forget');
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }

  async #ask<T>(what: string): Promise<T> {
    const answer = once(this.#child, 'message');
    this.#child.send(what);
    return ((await answer) as [T])[0];
  }
}

/** Starts an upload in a process of its own. */
export function startUpload(url: string, app: string, tree: string, cache?: string): ChildProcess {
  const args = [here('upload-child.mjs'), url, TOKEN, app, tree, ...(cache === undefined ? [] : [cache])];
  return spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** What an upload printed; throws with its errors when it failed, null when it was killed. */
export async function endOfUpload(child: ChildProcess): Promise<UploadReport | null> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (signal !== null) return null;
  if (code !== 0) throw new Error(`The upload ended with ${code}\n${stderr}`);
  return JSON.parse(stdout) as UploadReport;
}

/** Uploads and answers what it cost on both sides. */
export async function upload(
  server: Server,
  app: string,
  tree: string,
  cache?: string,
): Promise<Cost & { report: UploadReport; serverRssBytes: number }> {
  const before = await server.usage();
  const started = performance.now();
  const report = await endOfUpload(startUpload(server.url, app, tree, cache));
  const wallMs = performance.now() - started;
  if (report === null) throw new Error('The upload was killed.');
  const after = await server.usage();
  return {
    wallMs,
    cpuMs: report.cpuMs + after.cpuMs - before.cpuMs,
    wireBytes: report.sentBytes,
    rssBytes: report.rssBytes,
    serverRssBytes: after.rssBytes,
    report,
  };
}

/** Runs a line of bash; answers its stdout, and what it and its children took. */
export async function runTimed(line: string): Promise<{ wallMs: number; cpuMs: number; stdout: string }> {
  const child = spawn('bash', ['-c', `set -o pipefail; TIMEFORMAT='%R %U %S'; time { ${line}; }`], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${line} ended with ${String(code)}\n${stderr}`);
  const [real = 0, user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { wallMs: real * 1000, cpuMs: (user + system) * 1000, stdout };
}
