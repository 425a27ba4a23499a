import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface WebSocketOptions {
  opcode?: number;
  masked?: boolean;
  final?: boolean;
}

const OPCODE = { text: 1, binary: 2, close: 8 } as const;
const KEY = 'AAAAAAAAAAAAAAAAAAAAAA==';

/** One frame of RFC 6455 from a client, also one that breaks its rules. */
export function encodeMessage(
  body: Uint8Array,
  { opcode = OPCODE.binary, masked = true, final = true }: WebSocketOptions = {},
): Buffer {
  const head = Buffer.alloc(body.length < 126 ? 2 : body.length < 65_536 ? 4 : 10);
  head[0] = (final ? 0x80 : 0) | opcode;
  const mask = masked ? 0x80 : 0;
  if (head.length === 2) head[1] = mask | body.length;
  else if (head.length === 4) {
    head[1] = mask | 126;
    head.writeUInt16BE(body.length, 2);
  } else {
    head[1] = mask | 127;
    head.writeBigUInt64BE(BigInt(body.length), 2);
  }
  // A mask of zeroes changes nothing.
  return Buffer.concat(masked ? [head, Buffer.alloc(4), body] : [head, body]);
}

/** A client of the session protocol that says whatever it likes, and keeps of the answers what tells how it went. */
export class RawPeer {
  readonly #socket: Socket;
  #pending = Buffer.alloc(0);
  /** Status of the WebSocket's close frame; null while there was none. */
  closeCode: number | null = null;
  /** Code of the error in CLOSE of channel 0. */
  error: string | null = null;
  /** Codes of CLOSE of channels. */
  readonly channelErrors: string[] = [];
  pongs = 0;
  ended = false;
  stalled = false;

  private constructor(socket: Socket, rest: Buffer) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('close', () => (this.ended = true));
    this.#receive(rest);
  }

  static async connect(url: string, token: string): Promise<RawPeer> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(
      `GET /v1/connect HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Protocol: rig.wire.v1\r\n` +
        `Authorization: Bearer ${token}\r\n\r\n`,
    );
    let answer = Buffer.alloc(0);
    while (!answer.includes('\r\n\r\n')) {
      const [chunk] = (await once(socket, 'data', { signal: AbortSignal.timeout(10_000) })) as [Buffer];
      answer = Buffer.concat([answer, chunk]);
    }
    const end = answer.indexOf('\r\n\r\n');
    const status = answer.subarray(0, end).toString().split('\r\n')[0] ?? '';
    if (!status.includes(' 101 ')) throw new Error(status);
    return new RawPeer(socket, answer.subarray(end + 4));
  }

  /** Resolves when the kernel has taken it, or the connection is over. */
  async send(bytes: Uint8Array): Promise<void> {
    if (this.ended || !this.#socket.writable) return;
    // A platform that waits for its answers to be read takes no more from who does not read them.
    const patience = this.stalled ? 200 : 10_000;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#socket.destroy(), patience);
      const done = () => {
        clearTimeout(timer);
        this.#socket.off('close', done);
        resolve();
      };
      this.#socket.once('close', done);
      this.#socket.write(bytes, done);
    });
  }

  /** Reads no more. */
  stall(): void {
    this.stalled = true;
    this.#socket.pause();
  }

  /** Waits until a condition holds or the connection is over. */
  async until(holds: () => boolean, limitMs = 10_000): Promise<void> {
    const deadline = performance.now() + limitMs;
    while (!holds() && !this.ended) {
      if (performance.now() > deadline) throw new Error(`nothing happened for ${limitMs} ms`);
      await sleep(2);
    }
  }

  cut(): void {
    // `resetAndDestroy` would first wait for what is written to leave.
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    for (;;) {
      const { length: have } = this.#pending;
      if (have < 2) return;
      const short = (this.#pending[1] ?? 0) & 0x7f;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (have < head) return;
      const length =
        short < 126
          ? short
          : short === 126
            ? this.#pending.readUInt16BE(2)
            : Number(this.#pending.readBigUInt64BE(2));
      if (have < head + length) return;
      const opcode = (this.#pending[0] ?? 0) & 0x0f;
      this.#message(opcode, this.#pending.subarray(head, head + length));
      this.#pending = this.#pending.subarray(head + length);
    }
  }

  #message(opcode: number, body: Buffer): void {
    if (opcode === OPCODE.close) this.closeCode = body.length >= 2 ? body.readUInt16BE(0) : 1005;
    if (opcode !== OPCODE.binary || body.length < 5) return;
    const [type, channel] = [body[0], body.readUInt32BE(1)];
    if (type === 11) this.pongs += 1;
    if (type !== 9) return;
    const { code = '' } = JSON.parse(body.subarray(5).toString() || '{}') as { code?: string };
    if (channel === 0) this.error = code;
    else this.channelErrors.push(code);
  }
}
