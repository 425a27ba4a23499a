import { type ChildProcess, spawn } from 'node:child_process';
import { RigError } from '@rig-ops/contract/errors';

export interface GitOptions {
  cwd: string;
  signal: AbortSignal;
  /** Beside the environment of this process. */
  env?: Record<string, string>;
  stdin?: string;
}

export interface GitResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Say which repository is meant; they are set in hooks, where another is meant here. */
const REPOSITORY_VARIABLES = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
];

/** More than any answer that is wanted here: the list of changes of a tree where everything changed. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * Runs git to its end, whatever its exit code. It can ask nobody: it has no terminal, and neither has the ssh
 * it may start.
 * @throws RigError `git_missing`; the reason of the signal
 */
export async function runGit(args: readonly string[], options: GitOptions): Promise<GitResult> {
  const { cwd, signal, stdin = '' } = options;
  signal.throwIfAborted();
  // A session of its own has no terminal to ask at, and can be ended with all that it started.
  const child = spawn('git', args, { cwd, env: environment(options.env), detached: true, stdio: 'pipe' });
  const end = () => endGroup(child);
  process.once('exit', end);
  signal.addEventListener('abort', end, { once: true });
  try {
    const [stdout, stderr, code] = await Promise.all([
      readAll(child.stdout, end),
      readAll(child.stderr, end),
      new Promise<number>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', (exitCode) => resolve(exitCode ?? 128));
        // One that ends before it has read all has said why.
        child.stdin.once('error', () => undefined);
        child.stdin.end(stdin);
      }),
    ]);
    signal.throwIfAborted();
    return { code, stdout, stderr };
  } catch (error) {
    signal.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new RigError('git_missing', 'git is not installed on this machine, or not on the PATH.', {
      cause: error,
    });
  } finally {
    process.off('exit', end);
    signal.removeEventListener('abort', end);
  }
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

function environment(added: Record<string, string> = {}): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of REPOSITORY_VARIABLES) delete env[name];
  return {
    ...env,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GCM_INTERACTIVE: 'never',
    SSH_ASKPASS_REQUIRE: 'never',
    GIT_OPTIONAL_LOCKS: '0',
    ...added,
  };
}

async function readAll(stream: NodeJS.ReadableStream, giveUp: () => void): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_OUTPUT_BYTES) {
      giveUp();
      throw new Error('git said more than can be right');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
