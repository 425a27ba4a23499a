import { randomUUID } from 'node:crypto';
import { ChannelStream } from '@rig-ops/contract/channels';
import type { InstanceSpec } from '@rig-ops/contract/supervisor';
import type { SessionSpec } from '@rig-ops/contract/supervisor-sessions';
import type { Channel } from '@rig-ops/wire';
import type { PlatformEngines } from '../../engines/platform-engines.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';

import type { InstanceEnvironments } from './instance-environments.ts';

export interface CheckOutcome {
  exitCode: number;
  /** The last line that it printed; empty without one. */
  lastLine: string;
}

/**
 * Runs a health command beside an instance, with its environment.
 * @returns how it ended; null when it took too long, or the instance is gone
 */
export type RunCheck = (
  instance: string,
  argv: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
) => Promise<CheckOutcome | null>;

const PLATFORM_USER = 'platform';

/** Bytes of the end of a stream in which its last line is looked for. */
const TAIL_BYTES = 1024;

/** Reads all of a stream, or what prints it would stall. @returns its last line, without white space around it */
async function readLastLine(channel: Channel, stream: number): Promise<string> {
  let tail = Buffer.alloc(0);
  try {
    for await (const chunk of channel.read(stream)) tail = Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES);
  } catch {
    // The channel is over.
  }
  return (
    tail
      .toString()
      .trim()
      .split(/[\r\n]+/)
      .at(-1)
      ?.trim() ?? ''
  );
}

/** Health commands on an engine. What they print is no output of the app, and only its last line is kept. */
export function createRunCheck(
  engines: Pick<PlatformEngines, 'ofInstance'>,
  mirror: EngineMirror,
  environmentOf: InstanceEnvironments,
): RunCheck {
  return async (instance, argv, timeoutMs, signal) => {
    const spec = mirror.instance(instance)?.spec;
    const env = await environmentOf(instance);
    if (spec === undefined || env === null) return null;
    const channel = await engines.ofInstance(spec).openSession(checkOf(instance, [...argv], spec, env));
    const late = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const end = () => channel.close();
    late.addEventListener('abort', end, { once: true });
    try {
      await channel.accepted;
      channel.end(ChannelStream.stdin);
      const lines = Promise.all([
        readLastLine(channel, ChannelStream.stderr),
        readLastLine(channel, ChannelStream.stdout),
      ]);
      const { exitCode } = (await channel.exited) as { exitCode: number };
      const [ofStderr, ofStdout] = await lines;
      return { exitCode, lastLine: ofStderr === '' ? ofStdout : ofStderr };
    } catch (error) {
      signal.throwIfAborted();
      if (late.aborted) return null;
      throw error;
    } finally {
      late.removeEventListener('abort', end);
      channel.close();
    }
  };
}

/** A session that nobody is told of, and that ends with its channel. */
function checkOf(
  instance: string,
  argv: string[],
  { cwd, app, appId, process, name, release }: InstanceSpec,
  env: Record<string, string>,
): SessionSpec {
  const id = `health-${randomUUID()}`;
  return {
    id,
    kind: 'command',
    user: PLATFORM_USER,
    client: { id, user: PLATFORM_USER, address: 'local' },
    app,
    appId,
    network: '',
    process,
    instanceName: name,
    release,
    instance,
    argv,
    shownArgv: argv,
    cwd,
    env,
    terminal: null,
    reason: null,
    limits: { reconnectSeconds: 0, detachedSeconds: 0, idleSeconds: null, maximumSeconds: null },
    detach: false,
    timeoutMs: null,
    recording: null,
    untold: true,
  };
}
