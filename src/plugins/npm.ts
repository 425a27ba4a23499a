import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type ErrorCode, RigError } from '@rig-ops/contract/errors';

export interface NpmOptions {
  /** Folder npm works in; it has a package.json of its own, or is only a place to put files. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  /** Everything npm says for people, as it comes. */
  onOutput?: ((text: string) => void) | undefined;
}

export interface NpmOutcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** The npm that comes with oclif's plugin for plugins: a user may have none, or another one. */
function npmCli(): string {
  const plugins = createRequire(import.meta.url).resolve('@oclif/plugin-plugins');
  const manifest = createRequire(plugins).resolve('npm/package.json');
  return join(dirname(manifest), 'bin', 'npm-cli.js');
}

/** Runs npm with the Node that runs rig. Throws the reason of the signal, else what {@link npmError} makes of it. */
export async function npm(args: string[], options: NpmOptions): Promise<string> {
  const outcome = await tryNpm(args, options);
  if (outcome.code !== 0) throw npmError(outcome);
  return outcome.stdout;
}

/** The same; a failure is an outcome. */
export async function tryNpm(args: string[], options: NpmOptions): Promise<NpmOutcome> {
  const { cwd, env, signal, onOutput } = options;
  signal.throwIfAborted();
  const all = [
    npmCli(),
    ...args,
    '--json',
    `--prefix=${cwd}`,
    '--global=false',
    '--workspaces=false',
    '--fund=false',
    '--audit=false',
    '--update-notifier=false',
    '--progress=false',
    `--loglevel=${onOutput === undefined ? 'error' : 'info'}`,
    // Three tries in some seconds, not in two minutes.
    '--fetch-retry-mintimeout=500',
    '--fetch-retry-maxtimeout=3000',
  ];
  const child = spawn(process.execPath, all, {
    cwd,
    env: withoutRig(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: git below it has to end with it.
    detached: process.platform !== 'win32',
  });
  const end = () => {
    try {
      if (child.pid !== undefined)
        process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGTERM');
    } catch {
      // It has ended already.
    }
  };
  signal.addEventListener('abort', end, { once: true });
  // Ctrl-C twice, or any other hard end of rig, must not leave npm behind.
  process.once('exit', end);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    onOutput?.(text.trimEnd());
  });
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode) => resolve(exitCode ?? 1));
    });
    signal.throwIfAborted();
    return { code, stdout, stderr };
  } finally {
    signal.removeEventListener('abort', end);
    process.removeListener('exit', end);
  }
}

/** The environment without rig's own: a token for the platform is nothing a package's script should see. */
function withoutRig(env: NpmOptions['env']): Record<string, string | undefined> {
  const rest = Object.entries(env).filter(([name]) => !name.startsWith('RIG_'));
  return { ...Object.fromEntries(rest), HUSKY: '0', GIT_TERMINAL_PROMPT: '0' };
}

const unreachable =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|E5\d\d|ERR_SOCKET_TIMEOUT|ERR_SSL.*|.*CERT.*|FETCH_ERROR)$/;

/** What npm failed with, by its own permanent code. */
export function npmError({ stdout, stderr }: NpmOutcome): RigError {
  const { code, summary, detail } = readNpmError(stdout) ?? {
    code: /npm error code (\S+)/.exec(stderr)?.[1] ?? '',
    summary: '',
    detail: '',
  };
  const told = summary === '' ? lastLines(stderr) : summary;
  const details = { npm: { code, summary: told, ...(detail === '' ? {} : { detail }) } };
  const make = (kind: ErrorCode, message: string) => new RigError(kind, message, { details });
  if (code === 'E404') return make('plugin_not_found', `The registry has no such package: ${told}`);
  if (code === 'ETARGET' || code === 'ENOVERSIONS')
    return make('plugin_not_found', `There is no such version: ${told}`);
  if (/^(E401|E403|ENEEDAUTH|EOTP)$/.test(code))
    return make('registry_unauthorized', `The registry refuses: ${told}`);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new RigError('disk_full', `The disk is full; nothing was changed. ${told}`, {
      hint: 'Free some space where RIG_HOME and npm keep their files, then try again.',
      details,
    });
  if (code === 'EINTEGRITY' || code === 'TAR_BAD_ARCHIVE' || code === 'TAR_ENTRY_INVALID')
    return make('plugin_damaged', `What arrived is not what was announced: ${told}`);
  if (unreachable.test(code)) return make('registry_unreachable', `The registry does not answer: ${told}`);
  if (
    code === 'ENOPACKAGEJSON' ||
    code === 'EJSONPARSE' ||
    code === 'EINVALIDPACKAGENAME' ||
    code === 'ENOENT'
  )
    return make('plugin_invalid', `This is no package: ${told}`);
  // git's own exit code.
  if (/^\d+$/.test(code) && told.includes('git'))
    return make('registry_unreachable', `git could not fetch it: ${told}`);
  return make('plugin_install_failed', `npm could not do it (${code || 'no code'}): ${told}`);
}

function readNpmError(stdout: string): { code: string; summary: string; detail: string } | undefined {
  try {
    const { error } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { error?: Record<string, unknown> };
    if (error === undefined) return undefined;
    return {
      code: typeof error.code === 'number' ? String(error.code) : text(error.code),
      summary: text(error.summary),
      detail: text(error.detail),
    };
  } catch {
    return undefined;
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function lastLines(output: string): string {
  const lines = output
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.includes('complete log of this run'));
  return lines.slice(-3).join(' ').trim();
}
