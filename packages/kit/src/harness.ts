import { PassThrough, type Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Config } from '@oclif/core';
import type { RigClient } from '@rig-ops/client';
import type { PlatformEntries } from '@rig-ops/client/embedded';
import type { ErrorDocument } from '@rig-ops/contract/errors';
import { describeFailure } from './failure.ts';
import { type Invocation, runAs } from './invocation.ts';
import { isRecordStream, toResultDocument } from './render.ts';
import type { RigCommand } from './rig-command.ts';

export interface HarnessOptions {
  /** State of rig for this run; a temporary folder of the test. */
  rigHome: string;
  /** A client of the test's own; it is not closed. */
  client?: RigClient;
  /** Or where a client should connect to; closed after the run. */
  target?: ConstructorParameters<typeof RigClient>[0];
  cwd?: string;
  env?: Record<string, string>;
  /** Runs it as `-o json` would. */
  machine?: boolean;
  /** What stdin holds; it is at its end otherwise. */
  stdin?: string | Uint8Array;
  /** Ctrl-C of the test. */
  signal?: AbortSignal;
  platformEntries?: PlatformEntries;
  nodeArguments?: string[];
}

export interface HarnessOutcome {
  /** What `run()` returned, as its document; undefined after an error, for a stream and for nothing. */
  result: Record<string, unknown> | undefined;
  /** The records of a stream, also of one that broke. */
  records: object[];
  stdout: string;
  stdoutBytes: Buffer;
  stderr: string;
  /** What it failed with. */
  error: ErrorDocument | undefined;
  exitCode: number;
}

type CommandClass = (new (
  argv: string[],
  config: Config,
) => RigCommand) &
  Pick<typeof RigCommand, 'run' | 'id'>;

/** Runs one command in this process as the core would, without hooks, audit and process signals. */
export async function runCommand(
  commandClass: CommandClass,
  argv: string[],
  options: HarnessOptions,
): Promise<HarnessOutcome> {
  const stdout = collect();
  const stderr = collect();
  const client = options.client ?? (await makeClient(options.target));
  const invocation = makeInvocation(options, client, stdout.stream, stderr.stream);
  const outcome: Pick<HarnessOutcome, 'result' | 'records' | 'error'> = {
    result: undefined,
    records: [],
    error: undefined,
  };
  try {
    const config = await loadConfig();
    await runAs(invocation, async () => {
      const result: unknown = await commandClass.run(argv, config);
      if (isRecordStream(result)) {
        for await (const record of result) {
          outcome.records.push(record as object);
          if (!invocation.machine) writeRecord(stdout.stream, invocation.renderRecord?.(record as object));
        }
      } else if (result !== undefined) outcome.result = toResultDocument(result);
    });
  } catch (error) {
    outcome.error = describeFailure(error, { commandId: commandClass.id?.replaceAll(':', ' ') });
  } finally {
    if (options.client === undefined) await client?.close();
  }
  return {
    ...outcome,
    stdout: stdout.bytes().toString('utf8'),
    stdoutBytes: stdout.bytes(),
    stderr: stderr.bytes().toString('utf8'),
    exitCode: outcome.error?.exitCode ?? invocation.exitCode ?? 0,
  };
}

function writeRecord(stream: Writable, rendered: string | Uint8Array | undefined): void {
  if (rendered !== undefined) stream.write(typeof rendered === 'string' ? `${rendered}\n` : rendered);
}

async function makeClient(target: HarnessOptions['target']): Promise<RigClient | undefined> {
  if (target === undefined) return undefined;
  const { RigClient } = await import('@rig-ops/client');
  return new RigClient(target);
}

function makeInvocation(
  options: HarnessOptions,
  client: RigClient | undefined,
  stdout: Writable,
  stderr: Writable,
): Invocation {
  const stdin = new PassThrough();
  stdin.end(options.stdin ?? '');
  const missing = 'no platform in this test';
  return {
    id: 'test-invocation',
    machine: options.machine ?? false,
    signal: options.signal ?? new AbortController().signal,
    rigHome: options.rigHome,
    cwd: options.cwd ?? options.rigHome,
    env: options.env ?? {},
    version: '0.0.0-test',
    platformEntries: options.platformEntries ?? { supervisor: missing, rigd: missing, edge: missing },
    nodeArguments: options.nodeArguments ?? [],
    streams: { stdin, stdout, stderr },
    chosenContext: options.env?.RIG_CONTEXT,
    client,
    authenticate: async () => undefined,
    exitCode: undefined,
    renderRecord: undefined,
  };
}

/** A command line without plugins, enough for `this.config`. */
async function loadConfig(): Promise<Config> {
  return await Config.load({
    root: fileURLToPath(new URL('..', import.meta.url)),
    pjson: {
      name: '@rig-ops/cli',
      version: '0.0.0-test',
      oclif: { bin: 'rig', dirname: 'rig', topicSeparator: ' ' },
    },
    ignoreManifest: true,
    userPlugins: false,
    devPlugins: false,
  });
}

function collect(): { stream: PassThrough; bytes: () => Buffer } {
  const chunks: Buffer[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { stream, bytes: () => Buffer.concat(chunks) };
}
