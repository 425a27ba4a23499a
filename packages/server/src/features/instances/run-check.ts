import { randomUUID } from 'node:crypto';
import { ChannelStream } from '@rig-ops/contract/channels';
import type { Channel } from '@rig-ops/wire';
import type { Engine } from '../../engines/engine.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';

import type { InstanceEnvironments } from './instance-environments.ts';

/**
 * Runs a health command beside an instance, with its environment.
 * @returns its exit code; null when it took too long, or the instance is gone
 */
export type RunCheck = (
  instance: string,
  argv: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
) => Promise<number | null>;

/** What it prints has to be read, or it would stall. */
async function discard(channel: Channel, stream: number): Promise<void> {
  try {
    for await (const chunk of channel.read(stream)) void chunk;
  } catch {
    // The channel is over.
  }
}

/** Health commands on an engine. What they print is no output of the app, and not kept. */
export function createRunCheck(
  engine: Pick<Engine, 'openCommand'>,
  mirror: EngineMirror,
  environmentOf: InstanceEnvironments,
): RunCheck {
  return async (instance, argv, timeoutMs, signal) => {
    const spec = mirror.instance(instance)?.spec;
    const env = await environmentOf(instance);
    if (spec === undefined || env === null) return null;
    const session = `health-${randomUUID()}`;
    const channel = await engine.openCommand({
      session,
      instance,
      argv: [...argv],
      cwd: spec.cwd,
      env,
    });
    const late = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const end = () => channel.close();
    late.addEventListener('abort', end, { once: true });
    try {
      await channel.accepted;
      channel.end(ChannelStream.stdin);
      void discard(channel, ChannelStream.stdout);
      void discard(channel, ChannelStream.stderr);
      const { exitCode } = (await channel.exited) as { exitCode: number };
      return exitCode;
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
