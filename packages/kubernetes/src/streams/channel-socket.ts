import type { IncomingMessage } from 'node:http';
import { RigError } from '@rig-ops/contract/errors';
import { WebSocket } from 'ws';
import type { ClusterConnection, ClusterQuery } from '../cluster-connection.ts';
import { toAnswerError, toConnectionError } from '../cluster-errors.ts';

export interface ChannelSocketOptions {
  connection: ClusterConnection;
  path: string;
  query: ClusterQuery;
  /** The first one that the server knows is spoken. */
  protocols: readonly string[];
  onData: (channel: number, bytes: Buffer) => void;
  /** It is over, in order or not; told once, behind all data. */
  onClosed: (error: RigError | null) => void;
}

/** Load balancers cut what is silent, some after a minute. */
const PING_MS = 25_000;
const OPEN_MS = 30_000;
const ALIVE_MS = 30_000;
const MAX_ERROR_BYTES = 64 * 1024;
/** Servers read a frame as a whole into memory, and one at a time for all channels. */
const FRAME_BYTES = 32 * 1024;
const MAX_FRAME_BYTES = 64 * 1024 * 1024;
/** Closed in order, as in RFC 6455, 7.4.1. Others come from a server that ends. */
const NORMAL = new Set([1000, 1005]);

/**
 * One WebSocket whose frames begin with the number of a channel, as API servers have them for `exec`, `attach` and
 * `portforward` (`k8s.io/apiserver/pkg/util/wsstream`; `k8s.io/apimachinery/pkg/util/remotecommand`).
 */
export class ChannelSocket {
  readonly #socket: WebSocket;
  #pinged: NodeJS.Timeout;
  #paused = false;

  private constructor(socket: WebSocket, options: ChannelSocketOptions) {
    this.#socket = socket;
    this.#pinged = setInterval(() => socket.ping(), PING_MS);
    this.#pinged.unref();
    let failure: RigError | null = null;
    socket.on('message', (data: Buffer) => {
      const [channel] = data;
      if (channel !== undefined) options.onData(channel, data.subarray(1));
    });
    socket.on('error', (error) => {
      failure = toConnectionError(options.connection.server, error);
    });
    socket.once('close', (code) => {
      clearInterval(this.#pinged);
      if (failure === null && !NORMAL.has(code))
        failure = toConnectionError(options.connection.server, new Error(`it was cut (${code})`));
      options.onClosed(failure);
    });
  }

  /** @throws RigError `cluster_…` where the server does not open it */
  static async open(options: ChannelSocketOptions): Promise<ChannelSocket> {
    try {
      return await connect(options);
    } catch (error) {
      if ((error as RigError).code !== 'cluster_not_authenticated') throw error;
      // A token that was exchanged meanwhile: once more with the new one.
      options.connection.refused();
      return await connect(options);
    }
  }

  /** @internal */
  static opened(socket: WebSocket, options: ChannelSocketOptions): ChannelSocket {
    return new ChannelSocket(socket, options);
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  /** In order. Resolves when the kernel has it, with false where nobody takes it any more. */
  async send(channel: number, bytes: Uint8Array): Promise<boolean> {
    if (bytes.length === 0) return await this.#send(Buffer.of(channel));
    // All of it at once: what somebody else sends meanwhile comes behind.
    const parts: Promise<boolean>[] = [];
    for (let from = 0; from < bytes.length; from += FRAME_BYTES) {
      const part = bytes.subarray(from, from + FRAME_BYTES);
      const frame = Buffer.allocUnsafe(part.length + 1);
      frame[0] = channel;
      frame.set(part, 1);
      parts.push(this.#send(frame));
    }
    return (await Promise.all(parts)).every(Boolean);
  }

  /** Nothing is read until {@link resume}: the server waits, and what it runs does. */
  pause(): void {
    if (this.#paused || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket.resume();
  }

  close(): void {
    this.resume();
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.close(1000);
    else this.#socket.terminate();
  }

  async #send(frame: Buffer): Promise<boolean> {
    if (this.#socket.readyState !== WebSocket.OPEN) return false;
    return await new Promise<boolean>((resolve) => {
      this.#socket.send(frame, { binary: true, compress: false }, (error) => resolve(error == null));
    });
  }
}

async function connect(options: ChannelSocketOptions): Promise<ChannelSocket> {
  const { connection, path, query, protocols } = options;
  const { url, options: how } = await connection.prepare(path, query);
  const address = new URL(url);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address, [...protocols], {
    ...how,
    perMessageDeflate: false,
    handshakeTimeout: OPEN_MS,
    maxPayload: MAX_FRAME_BYTES,
    // Text or bytes, it is the same to us; and nothing may be decoded.
    skipUTF8Validation: true,
  });
  return await new Promise<ChannelSocket>((resolve, reject) => {
    const fail = (error: unknown) => reject(toConnectionError(connection.server, error));
    socket.once('error', fail);
    socket.once('unexpected-response', (request, answer: IncomingMessage) => {
      refuse(answer)
        .then(reject, reject)
        .finally(() => request.destroy());
    });
    socket.once('upgrade', ({ socket: under }: IncomingMessage) => {
      under.setKeepAlive(true, ALIVE_MS);
      under.setNoDelay(true);
    });
    socket.once('open', () => {
      socket.off('error', fail);
      resolve(ChannelSocket.opened(socket, options));
    });
  });
}

async function refuse(answer: IncomingMessage): Promise<RigError> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_ERROR_BYTES) break;
      chunks.push(chunk);
    }
  } catch {
    // Then it is told by its status.
  }
  return toAnswerError(answer.statusCode ?? 500, Buffer.concat(chunks).toString('utf8'));
}
