import type { Readable, Writable } from 'node:stream';
import { type Copied, measure, pack, unpack } from '@rig-ops/archive';
import type { CopyExit, CopyNotice, CopyParams } from '@rig-ops/contract/channels';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import { StreamSink } from '../byte-sink.ts';
import { type Channel, type Connection, streams } from '../channel.ts';
import type { CopyProgress } from './copy-progress.ts';
import { STANDARD, type WantedCopy } from './parse-copy.ts';

export interface CopyRun {
  wanted: WantedCopy;
  params: Pick<CopyParams, 'app' | 'process' | 'instance' | 'reason'>;
  /** Where paths of this machine begin. */
  resolve: (path: string) => string;
  recursive: boolean;
  noClobber: boolean;
  stdin: Readable;
  stdout: Writable;
  progress: CopyProgress;
  signal: AbortSignal;
}

export interface CopyOutcome extends Copied {
  session: string;
  instance: string;
}

/**
 * Copies to or from an app. The file of a destination has its name only once it is whole.
 * @throws RigError of a path that names the side it is on, `connection_lost`, the reason of the signal
 */
export async function runCopy(connection: Connection, run: CopyRun): Promise<CopyOutcome> {
  const { wanted, signal, params, recursive, noClobber } = run;
  signal.throwIfAborted();
  const raw = wanted.local === STANDARD;
  // Before anything is asked of the platform: what is not there cannot be copied.
  const total =
    wanted.direction === 'in' && !raw
      ? measure(run.resolve(wanted.local), { shown: wanted.local, recursive })
      : null;
  const channel = connection.open('copy', {
    ...params,
    direction: wanted.direction,
    path: wanted.remote.path,
    ...(recursive ? { recursive } : {}),
    ...(raw ? { raw } : {}),
    ...(noClobber ? { noClobber } : {}),
  } satisfies CopyParams);
  const onAbort = () => channel.close(toErrorDocument(signal.reason));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const { session, instance } = readAccepted(await channel.accepted);
    if (total !== null) run.progress.total(total.bytes);
    const copied =
      wanted.direction === 'in' ? await copyIn(channel, run, raw) : await copyOut(channel, run, raw);
    return { ...copied, session, instance };
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    channel.close();
    run.progress.end();
  }
}

async function copyIn(channel: Channel, run: CopyRun, raw: boolean): Promise<Copied> {
  const { wanted, recursive, progress, signal, resolve, stdin } = run;
  channel.onControl = (message) => {
    const notice = message as CopyNotice;
    if (notice.type === 'progress') progress.at(notice.bytes);
  };
  const write = (bytes: Uint8Array) => channel.write(streams.stdin, bytes);
  let sent: Copied | null = null;
  // Nobody knows when more comes from stdin, or that there is nobody left to have it.
  if (raw) void channel.closed.then(() => stdin.destroy());
  try {
    if (raw) for await (const chunk of stdin as AsyncIterable<Buffer>) await write(chunk);
    else sent = await pack(resolve(wanted.local), { shown: wanted.local, recursive, write, signal });
  } catch (error) {
    // The other side has ended it: it knows why.
    const ended = await overWith(channel, error);
    channel.close(toErrorDocument(ended));
    throw ended;
  }
  channel.end(streams.stdin);
  const exit = await exitOf(channel);
  return mergeLeft(exit, sent);
}

async function copyOut(channel: Channel, run: CopyRun, raw: boolean): Promise<Copied> {
  const { wanted, noClobber, progress, resolve, stdout } = run;
  channel.onControl = (message) => {
    const notice = message as CopyNotice;
    if (notice.type === 'total') progress.total(notice.bytes);
  };
  const options = {
    destination: resolve(wanted.local),
    shown: wanted.local,
    noClobber,
    onProgress: (bytes: number) => progress.at(bytes),
  };
  const chunks = throughTheEnd(channel);
  try {
    if (!raw) {
      const written = await unpack(chunks, options);
      return mergeLeft(await exitOf(channel), written);
    }
    const sink = new StreamSink(stdout);
    for await (const bytes of chunks) await sink.take(bytes);
    return await exitOf(channel);
  } catch (error) {
    channel.close(toErrorDocument(error));
    throw error;
  }
}

/** What comes, until the other side has said that it was all: only then is an archive whole. */
async function* throughTheEnd(channel: Channel): AsyncGenerator<Uint8Array> {
  for await (const bytes of channel.read(streams.stdout)) yield bytes;
  await channel.exited;
}

/** The error that ended the channel; the given one when it goes on. */
async function overWith(channel: Channel, error: unknown): Promise<unknown> {
  const goesOn = new Promise<undefined>((resolve) => {
    setImmediate(resolve, undefined);
  });
  return (await Promise.race([channel.closed, goesOn])) ?? error;
}

async function exitOf(channel: Channel): Promise<Copied> {
  const exit = (await channel.exited) as Partial<CopyExit>;
  const { files, bytes, left = [], leftCount = 0, unreadable = 0 } = exit;
  if (typeof files !== 'number' || typeof bytes !== 'number') {
    throw new RigError(
      'remote_protocol',
      'The platform told the end of the copy without saying what was copied.',
    );
  }
  return { files, bytes, left, leftCount, unreadable };
}

/** Either side leaves something out: what cannot be read there, what is there already here. */
function mergeLeft(copied: Copied, other: Copied | null): Copied {
  if (other === null) return copied;
  return {
    files: Math.min(copied.files, other.files),
    bytes: Math.min(copied.bytes, other.bytes),
    left: [...copied.left, ...other.left],
    leftCount: copied.leftCount + other.leftCount,
    unreadable: copied.unreadable + other.unreadable,
  };
}

function readAccepted(value: unknown): { session: string; instance: string } {
  const { session, instance } = (value ?? {}) as { session?: unknown; instance?: unknown };
  if (typeof session !== 'string' || typeof instance !== 'string') {
    throw new RigError('remote_protocol', 'The platform let the copy begin without naming it.');
  }
  return { session, instance };
}
