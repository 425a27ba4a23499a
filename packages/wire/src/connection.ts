import { isRigError, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { Channel, OpenRequest } from './channel.ts';
import { readErrorDocument } from './error-document.ts';
import { decodeFrame, encodeJsonFrame, encodePing, type Frame } from './frame.ts';
import { FrameScheduler } from './frame-scheduler.ts';
import { KeepAlive } from './keep-alive.ts';
import type { MessageSocket } from './message-socket.ts';
import { MuxChannel } from './mux-channel.ts';
import { IncomingOpen } from './open-request.ts';
import {
  DEFAULT_KEEP_ALIVE_MS,
  DEFAULT_WINDOW_BYTES,
  FrameType,
  LINGER_MS,
  PROTOCOL_VERSION,
  WIRE_LIMITS,
} from './protocol.ts';
import { violation } from './violation.ts';

/** Status codes of RFC 6455 section 7.4.1. */
const CLOSE_NORMAL = 1000;
const CLOSE_GOING_AWAY = 1001;
const CLOSE_PROTOCOL_ERROR = 1002;
const CLOSE_NO_STATUS = 1005;

export interface ConnectionOptions {
  /** Which half of the channel ids this side opens with: odd for a client, even for a server. */
  role: 'client' | 'server';
  /** Absent: every OPEN is refused. */
  onOpen?: (request: OpenRequest) => void;
  /** Bytes per channel and stream that may be under way unread; 256 KiB when absent. */
  windowBytes?: number;
  /** PING interval; 15 s when absent; silence of 3 intervals ends it as connection_lost; 0 turns it off. */
  keepAliveMs?: number;
}

/** Many channels over one transport. `docs/wire.md` is its protocol. */
export class Connection {
  readonly #socket: MessageSocket;
  readonly #role: 'client' | 'server';
  readonly #onOpen: ((request: OpenRequest) => void) | undefined;
  readonly #windowBytes: number;
  readonly #scheduler: FrameScheduler;
  readonly #keepAlive: KeepAlive;
  readonly #channels = new Map<number, MuxChannel>();
  #nextId: number;
  #lastPeerId = 0;
  #greeted = false;
  #closing = false;
  #over: { error: RigError | undefined } | null = null;
  readonly #closed = Promise.withResolvers<RigError | undefined>();
  /** Waits of close() for the network. */
  #onProgress: (() => void) | null = null;

  constructor(socket: MessageSocket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#role = options.role;
    this.#onOpen = options.onOpen;
    this.#windowBytes = options.windowBytes ?? DEFAULT_WINDOW_BYTES;
    this.#nextId = options.role === 'client' ? 1 : 2;
    this.#scheduler = new FrameScheduler(socket);
    socket.onMessage = (message) => this.#receive(message);
    socket.onClose = (code, reason) => this.#finish(errorOfCloseCode(code, reason));
    socket.onDrain = () => this.#pump();
    // The server greets second: a frame that arrives together with the answer to the upgrade is easily lost
    // by a client that first waits for its socket to open.
    if (options.role === 'client') this.#sendHello();
    this.#keepAlive = new KeepAlive(
      options.keepAliveMs ?? DEFAULT_KEEP_ALIVE_MS,
      () => {
        if (this.#greeted) this.#scheduler.urgent('ping', encodePing(FrameType.ping, new Uint8Array(8)));
      },
      () => this.#fail(new RigError('connection_lost', 'The other side of the connection fell silent.')),
    );
  }

  /** Resolves when it is over: undefined for an orderly end, else the error (remote_protocol, connection_lost). */
  get closed(): Promise<RigError | undefined> {
    return this.#closed.promise;
  }

  /**
   * Opens a channel; data may be written at once, it leaves after ACCEPT only as far as credit allows.
   * On a connection that is over, the channel is over from the start. `invocation` says to which run of a
   * program it belongs, where several share the connection.
   * @throws RigError body_too_large when params are longer than a frame may be
   * @throws RangeError when too many channels are open
   */
  open(kind: string, params: unknown, { invocation }: { invocation?: string | undefined } = {}): Channel {
    const id = this.#nextId;
    const frame = encodeJsonFrame(FrameType.open, id, { kind, params, invocation });
    if (this.#opened(id) >= WIRE_LIMITS.channels) {
      throw new RangeError(`A connection holds ${WIRE_LIMITS.channels} channels at once`);
    }
    const channel = this.#channel(id, frame);
    if (this.#over !== null || this.#closing) {
      channel.abandon(this.#over?.error ?? lostBy('The connection was closed.'));
      return channel;
    }
    this.#nextId += 2;
    this.#channels.set(id, channel);
    this.#scheduler.wake(channel);
    return channel;
  }

  /** Ends after what is queued was sent: waits a few seconds for slow readers of channels that were closed. */
  async close(): Promise<void> {
    if (this.#over === null && !this.#closing) {
      this.#closing = true;
      await this.#flush();
      this.#socket.close(CLOSE_NORMAL, '');
      this.#finish(undefined);
    }
    await this.closed;
  }

  async #flush(): Promise<void> {
    const flushed = Promise.withResolvers<void>();
    const look = () => {
      const lingering = [...this.#channels.values()].some((channel) => channel.lingering);
      if (this.#over !== null || (this.#scheduler.idle && !lingering)) flushed.resolve();
    };
    const deadline = setTimeout(flushed.resolve, LINGER_MS);
    this.#onProgress = look;
    look();
    await flushed.promise;
    clearTimeout(deadline);
    this.#onProgress = null;
  }

  /** How many channels are in use that the same side has opened as this id. */
  #opened(id: number): number {
    let count = 0;
    for (const other of this.#channels.keys()) if (other % 2 === id % 2) count += 1;
    return count;
  }

  #channel(id: number, open: Uint8Array | null): MuxChannel {
    return new MuxChannel(
      {
        id,
        windowBytes: this.#windowBytes,
        wake: (channel) => {
          if (this.#channels.get(id) !== channel) return;
          this.#scheduler.wake(channel);
        },
        release: () => {
          this.#channels.delete(id);
        },
      },
      open,
    );
  }

  #pump(): void {
    this.#scheduler.pump();
    this.#onProgress?.();
  }

  #receive(message: Uint8Array): void {
    if (this.#over !== null) return;
    this.#keepAlive.heard();
    try {
      this.#dispatch(decodeFrame(message));
    } catch (error) {
      // A handler's own mistake ends here too: a half-handled frame leaves no state to go on from.
      this.#fail(isRigError(error) ? error : violation(String(error)));
    }
    this.#onProgress?.();
  }

  #dispatch(frame: Frame): void {
    if (!this.#greeted) {
      this.#greet(frame);
      return;
    }
    switch (frame.type) {
      case FrameType.hello:
        throw violation('a second HELLO');
      case FrameType.ping:
        this.#scheduler.urgent('pong', encodePing(FrameType.pong, frame.bytes));
        return;
      case FrameType.pong:
        return;
      case FrameType.open:
        this.#receiveOpen(frame.channel, frame.json);
        return;
      case FrameType.accept:
      case FrameType.data:
      case FrameType.eof:
      case FrameType.credit:
      case FrameType.control:
      case FrameType.exit:
      case FrameType.close:
        this.#receiveOnChannel(frame);
    }
  }

  #greet(frame: Frame): void {
    if (frame.type === FrameType.close) {
      this.#receiveOnChannel(frame);
      return;
    }
    if (frame.type !== FrameType.hello) throw violation('a frame ahead of HELLO');
    const version = (frame.json as { version?: unknown } | null | undefined)?.version;
    if (version !== PROTOCOL_VERSION) {
      throw new RigError(
        'remote_protocol',
        `The other side speaks version ${String(version)} of the session protocol; this side speaks ${PROTOCOL_VERSION}.`,
      );
    }
    this.#greeted = true;
    if (this.#role === 'server') this.#sendHello();
  }

  #sendHello(): void {
    this.#scheduler.urgent('hello', encodeJsonFrame(FrameType.hello, 0, { version: PROTOCOL_VERSION }));
    this.#scheduler.start();
  }

  #receiveOpen(id: number, body: unknown): void {
    if (id % 2 === this.#nextId % 2 || id <= this.#lastPeerId) throw violation(`an OPEN of channel ${id}`);
    if (this.#opened(id) >= WIRE_LIMITS.channels) throw violation('too many channels');
    this.#lastPeerId = id;
    const channel = this.#channel(id, null);
    const request = new IncomingOpen(channel, body);
    this.#channels.set(id, channel);
    if (this.#closing) request.refuse(toErrorDocument(lostBy('The connection is being closed.')));
    else request.offer(this.#onOpen);
  }

  #receiveOnChannel(frame: Frame): void {
    if (frame.type === FrameType.close && frame.channel === 0) {
      const document = readErrorDocument(frame.json);
      this.#finish(document === undefined ? undefined : RigError.fromDocument(document));
      this.#socket.close(CLOSE_NORMAL, '');
      return;
    }
    const channel = this.#channels.get(frame.channel);
    if (channel === undefined) throw violation(`a frame on channel ${frame.channel}, which is not open`);
    channel.receive(frame);
  }

  #fail(error: RigError): void {
    if (this.#over !== null) return;
    this.#scheduler.stop();
    this.#socket.send(encodeJsonFrame(FrameType.close, 0, toErrorDocument(error)));
    this.#socket.close(CLOSE_PROTOCOL_ERROR, error.code);
    this.#finish(error);
  }

  #finish(error: RigError | undefined): void {
    if (this.#over !== null) return;
    this.#over = { error };
    this.#keepAlive.stop();
    this.#scheduler.stop();
    const lost = error ?? lostBy('The connection was closed.');
    for (const channel of this.#channels.values()) channel.abandon(lost);
    this.#channels.clear();
    this.#closed.resolve(error);
    this.#onProgress?.();
  }
}

function lostBy(message: string): RigError {
  return new RigError('connection_lost', message);
}

function errorOfCloseCode(code: number, reason: string): RigError | undefined {
  if (code === CLOSE_NORMAL || code === CLOSE_GOING_AWAY || code === CLOSE_NO_STATUS) return undefined;
  if (code === CLOSE_PROTOCOL_ERROR) return violation(reason === '' ? 'the connection was refused' : reason);
  return lostBy(`The connection broke (${reason === '' ? `code ${code}` : reason}).`);
}
