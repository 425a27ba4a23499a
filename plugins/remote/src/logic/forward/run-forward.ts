import type { Socket } from 'node:net';
import type { ForwardAccepted, ForwardParams } from '@rig-ops/contract/channels';
import { isRigError, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import { tunnel } from '@rig-ops/wire/tcp';
import { type Channel, type Connection, streams } from '../channel.ts';
import { ConnectionSlots } from './connection-slots.ts';
import type { ForwardRecord } from './forward-records.ts';
import { listen, type LocalListener } from './listen.ts';
import type { WantedForward } from './parse-forward.ts';
import { PlatformLink } from './platform-link.ts';
import { RecordQueue } from './record-queue.ts';

export interface ForwardRun {
  app: string;
  forwards: readonly WantedForward[];
  process: string | undefined;
  instance: string | undefined;
  reason: string | undefined;
  connect: () => Promise<Connection>;
  /** How long the platform may be away, in milliseconds. */
  patienceMs: number;
  /** Ends it in order. */
  signal: AbortSignal;
}

/** A forward with how it is told of in records. */
interface Listening extends WantedForward {
  shown: { local: string; remote: string };
}

/** A port that is not there yet may come later: it is told, and tried again for every connection. */
const maybeLater = new Set(['port_not_open', 'port_refused', 'remote_target_gone']);

/**
 * Listens on this machine and carries every connection to the app until the signal; what is open ends then.
 * A connection that is lost ends what is open by RST; later ones go over the next.
 * @throws RigError when a port cannot be listened on, when the platform refuses, or does not come back
 */
export async function* runForward(run: ForwardRun): AsyncGenerator<ForwardRecord> {
  run.signal.throwIfAborted();
  const first = await run.connect();
  const queue = new RecordQueue<ForwardRecord>();
  const over = new AbortController();
  const link = new PlatformLink(
    {
      connect: run.connect,
      patienceMs: run.patienceMs,
      signal: over.signal,
      onLost: () =>
        queue.push({ type: 'lost', message: 'The connection to the platform was lost; trying again …' }),
      onBack: () => queue.push({ type: 'back', message: 'The connection to the platform is back.' }),
      onGone: (error) => queue.fail(error),
    },
    first,
  );
  const carrier = new Carrier(run, link, queue, over.signal);
  const listeners: LocalListener[] = [];
  const stop = () => queue.close();
  run.signal.addEventListener('abort', stop, { once: true });
  try {
    for (const forward of run.forwards) {
      const found = await look(first, run, forward);
      const shown = { local: '', remote: forward.text };
      const listener = await listen(forward, (socket) => carrier.take(socket, { ...forward, shown }));
      listeners.push(listener);
      Object.assign(shown, { local: listener.local, remote: String(forward.remote ?? '') });
      const place = isRigError(found) ? null : found;
      yield {
        type: 'listening',
        ...shown,
        port: listener.port,
        instance: place?.instance ?? null,
        remotePort: place?.port ?? null,
      };
      if (isRigError(found)) yield describe(found, shown, null);
    }
    run.signal.throwIfAborted();
    yield* queue;
  } catch (error) {
    if (!run.signal.aborted) throw error;
  } finally {
    run.signal.removeEventListener('abort', stop);
    for (const listener of listeners) listener.close();
    over.abort();
    await carrier.ended();
  }
}

const paramsOf = (
  { app, process, instance, reason }: ForwardRun,
  { remote }: WantedForward,
): ForwardParams => ({
  app,
  ...(typeof remote === 'string' ? { process: remote } : process === undefined ? {} : { process }),
  ...(typeof remote === 'number' ? { port: remote } : {}),
  ...(instance === undefined ? {} : { instance }),
  ...(reason === undefined ? {} : { reason }),
});

/** Asks where a forward goes, before anybody waits for it. */
async function look(
  connection: Connection,
  run: ForwardRun,
  forward: WantedForward,
): Promise<ForwardAccepted | RigError> {
  const channel = connection.open('forward', { ...paramsOf(run, forward), check: true });
  try {
    return readAccepted(await channel.accepted);
  } catch (error) {
    if (isRigError(error) && maybeLater.has(error.code)) return error;
    throw error;
  } finally {
    channel.close();
  }
}

/** Carries the connections that were made here. */
class Carrier {
  readonly #run: ForwardRun;
  readonly #link: PlatformLink;
  readonly #queue: RecordQueue<ForwardRecord>;
  readonly #signal: AbortSignal;
  readonly #slots = new ConnectionSlots();
  readonly #open = new Set<Promise<void>>();
  #count = 0;

  constructor(run: ForwardRun, link: PlatformLink, queue: RecordQueue<ForwardRecord>, signal: AbortSignal) {
    this.#run = run;
    this.#link = link;
    this.#queue = queue;
    this.#signal = signal;
  }

  take(socket: Socket, forward: Listening): void {
    const carried = this.#carry(socket, forward);
    this.#open.add(carried);
    void carried.then(() => this.#open.delete(carried));
  }

  async ended(): Promise<void> {
    await Promise.all(this.#open);
  }

  async #carry(socket: Socket, forward: Listening): Promise<void> {
    this.#count += 1;
    const connection = this.#count;
    const from = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`;
    // Whoever connected may be gone before there is anything to connect to.
    const early = () => undefined;
    socket.on('error', early);
    let channel: Channel | undefined;
    const abort = () => {
      const ended = new RigError('interrupted', 'The forward was ended.');
      if (channel === undefined) socket.resetAndDestroy();
      else channel.close(toErrorDocument(ended));
    };
    this.#signal.addEventListener('abort', abort, { once: true });
    const release = await this.#slots.take();
    try {
      this.#signal.throwIfAborted();
      channel = (await this.#link.get()).open('forward', paramsOf(this.#run, forward));
      const place = readAccepted(await channel.accepted);
      this.#queue.push({
        type: 'connection',
        connection,
        ...forward.shown,
        from,
        instance: place.instance,
        remotePort: place.port,
      });
      const end = await tunnel(socket, channel, { out: streams.stdin, in: streams.stdout });
      const { code = null, message = null } = end.error ?? {};
      this.#queue.push({ type: 'closed', connection, sent: end.sent, received: end.received, code, message });
    } catch (error) {
      channel?.close();
      socket.resetAndDestroy();
      if (!this.#signal.aborted) this.#queue.push(describe(error, forward.shown, connection));
    } finally {
      this.#signal.removeEventListener('abort', abort);
      release();
    }
  }
}

function describe(
  thrown: unknown,
  shown: { local: string; remote: string },
  connection: number | null,
): ForwardRecord {
  const { code, message, hint } = toErrorDocument(thrown);
  return { type: 'failed', connection, ...shown, code, message, hint };
}

function readAccepted(value: unknown): ForwardAccepted {
  const { instance, port } = (value ?? {}) as Partial<ForwardAccepted>;
  if (typeof instance !== 'string' || typeof port !== 'number') {
    throw new RigError('remote_protocol', 'The platform took the connection without saying where it goes.');
  }
  return { instance, port };
}
