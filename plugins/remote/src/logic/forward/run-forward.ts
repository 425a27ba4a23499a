import type { Socket } from 'node:net';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import { tunnel } from '@rig-ops/wire/tcp';
import { type Channel, type Connection, streams } from '../channel.ts';
import { beginForwards, type BegunForwards, readForwardAccepted } from './begin-forwards.ts';
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
interface Listening {
  /** Which one of those that were asked for. */
  at: number;
  shown: { local: string; remote: string };
}

/**
 * Listens on this machine and carries every connection to the app until the signal; what is open ends then.
 * A connection to the platform that is lost ends what is open by RST; later ones go over the next.
 * @throws RigError when a port cannot be listened on, when the platform refuses, or does not come back
 */
export async function* runForward(run: ForwardRun): AsyncGenerator<ForwardRecord> {
  run.signal.throwIfAborted();
  const begin = () => beginForwards(run);
  const first = await begin();
  const queue = new RecordQueue<ForwardRecord>();
  const over = new AbortController();
  const link = new PlatformLink<BegunForwards>(
    {
      connect: begin,
      patienceMs: run.patienceMs,
      signal: over.signal,
      onLost: () => queue.push({ type: 'lost', message: LOST }),
      onBack: () => queue.push({ type: 'back', message: 'The connection to the platform is back.' }),
      onGone: (error) => queue.fail(error),
    },
    first,
  );
  const carrier = new Carrier(link, queue, over.signal);
  const listeners: LocalListener[] = [];
  const stop = () => queue.close();
  run.signal.addEventListener('abort', stop, { once: true });
  try {
    for (const [at, forward] of run.forwards.entries()) {
      const shown = { local: '', remote: String(forward.remote ?? '') };
      const listener = await listen(forward, (socket) => carrier.take(socket, { at, shown }));
      listeners.push(listener);
      shown.local = listener.local;
      const { instance = null, port = null, problem = null } = first.places[at] ?? {};
      yield { type: 'listening', ...shown, port: listener.port, instance, remotePort: port };
      if (problem !== null) yield { type: 'failed', connection: null, ...shown, ...problem };
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
    link.latest.end();
  }
}

const LOST = 'The connection to the platform was lost; trying again …';

/** Carries the connections that were made here. */
class Carrier {
  readonly #link: PlatformLink<BegunForwards>;
  readonly #queue: RecordQueue<ForwardRecord>;
  readonly #signal: AbortSignal;
  readonly #slots = new ConnectionSlots();
  readonly #open = new Set<Promise<void>>();
  #count = 0;

  constructor(link: PlatformLink<BegunForwards>, queue: RecordQueue<ForwardRecord>, signal: AbortSignal) {
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
    socket.on('error', ignore);
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
      channel = (await this.#link.get()).open(forward.at);
      const { instance, port } = readForwardAccepted(await channel.accepted);
      this.#queue.push({
        type: 'connection',
        connection,
        ...forward.shown,
        from,
        instance: instance ?? '',
        remotePort: port ?? 0,
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

const ignore = (): void => undefined;

function describe(
  thrown: unknown,
  shown: { local: string; remote: string },
  connection: number | null,
): ForwardRecord {
  const { code, message, hint } = toErrorDocument(thrown);
  return { type: 'failed', connection, ...shown, code, message, hint };
}
