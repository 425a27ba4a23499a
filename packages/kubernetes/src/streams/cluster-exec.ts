import { Readable } from 'node:stream';
import type { ClusterConnection } from '../cluster-connection.ts';
import { ChannelSocket } from './channel-socket.ts';
import { type ExecEnd, readExecEnd } from './exec-status.ts';

export interface ExecOptions {
  /** Path of the pod. */
  path: string;
  container: string;
  command: readonly string[];
  tty: boolean;
}

/** Channels of `exec`. */
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;
/** With it, a channel can be closed alone; servers before 1.30 know the other one only. */
const CLOSING = 'v5.channel.k8s.io';
const PROTOCOLS = [CLOSING, 'v4.channel.k8s.io'];
const HIGH_WATER_BYTES = 256 * 1024;
const MAX_STATUS_BYTES = 64 * 1024;
/** Servers and kubelets end what carries nothing for four hours; what is answered to a ping does not count. */
const STIR_MS = 10 * 60_000;

/** A program that runs in a container of a pod, for as long as the connection holds. */
export class ClusterExec {
  readonly stdout: Readable;
  /** Null with a terminal. */
  readonly stderr: Readable | null;
  /** Never rejects; behind the output. */
  readonly ended: Promise<ExecEnd>;
  readonly #stirred: NodeJS.Timeout;
  readonly #full = new Set<Readable>();
  #socket: ChannelSocket | null = null;
  #size: { columns: number; rows: number } | null = null;
  #status = '';

  private constructor(tty: boolean) {
    this.stdout = this.#output();
    this.stderr = tty ? null : this.#output();
    this.ended = new Promise((resolve) => {
      this.#finish = (end) => {
        clearInterval(this.#stirred);
        for (const stream of [this.stdout, this.stderr]) stream?.push(null);
        resolve(end);
      };
    });
    this.#stirred = setInterval(() => void this.#stir(), STIR_MS);
    this.#stirred.unref();
  }

  #finish: (end: ExecEnd) => void = () => undefined;

  /** @throws RigError `cluster_…` where the server does not begin it; a program that cannot be started tells so in `ended` */
  static async start(
    connection: ClusterConnection,
    { path, container, command, tty }: ExecOptions,
  ): Promise<ClusterExec> {
    const exec = new ClusterExec(tty);
    try {
      exec.#socket = await ChannelSocket.open({
        connection,
        path: `${path}/exec`,
        query: { container, command: [...command], tty, stdin: true, stdout: true, stderr: !tty },
        protocols: PROTOCOLS,
        onData: (channel, bytes) => exec.#take(channel, bytes),
        onClosed: (error) => exec.#closed(error?.message ?? 'The connection was closed.'),
      });
    } catch (error) {
      clearInterval(exec.#stirred);
      throw error;
    }
    if (exec.#full.size > 0) exec.#socket.pause();
    return exec;
  }

  /** Whether stdin can be ended while the program goes on. */
  get endsInput(): boolean {
    return this.#socket?.protocol === CLOSING;
  }

  /** In order. Resolves when the kernel has it, with false where nobody takes it any more. */
  async write(bytes: Uint8Array): Promise<boolean> {
    return (await this.#socket?.send(CHANNEL.stdin, bytes)) ?? false;
  }

  /** Behind what was written; nothing happens where it cannot be told. */
  async endInput(): Promise<void> {
    if (this.endsInput) await this.#socket?.send(CHANNEL.close, Uint8Array.of(CHANNEL.stdin));
  }

  async resize(size: { columns: number; rows: number }): Promise<void> {
    this.#size = size;
    const text = JSON.stringify({ Width: size.columns, Height: size.rows });
    await this.#socket?.send(CHANNEL.resize, Buffer.from(text));
  }

  /** Lets go of it. What it runs sees the end of its streams, and is not ended by this. */
  close(): void {
    this.#socket?.close();
    for (const stream of [this.stdout, this.stderr]) stream?.destroy();
  }

  #take(channel: number, bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (channel === CHANNEL.stdout) this.#pass(this.stdout, bytes);
    else if (channel === CHANNEL.stderr && this.stderr !== null) this.#pass(this.stderr, bytes);
    else if (channel === CHANNEL.error && this.#status.length < MAX_STATUS_BYTES)
      this.#status += bytes.toString('utf8');
  }

  #pass(stream: Readable, bytes: Buffer): void {
    if (stream.destroyed || stream.push(bytes)) return;
    this.#full.add(stream);
    this.#socket?.pause();
  }

  #output(): Readable {
    const stream: Readable = new Readable({
      highWaterMark: HIGH_WATER_BYTES,
      read: () => this.#drained(stream),
      destroy: (error, done) => {
        this.#drained(stream);
        done(error);
      },
    });
    return stream;
  }

  #drained(stream: Readable): void {
    if (this.#full.delete(stream) && this.#full.size === 0) this.#socket?.resume();
  }

  #closed(why: string): void {
    this.#finish(this.#status === '' ? { type: 'lost', message: why } : readExecEnd(this.#status));
  }

  /** Something that changes nothing: the size again, or none of stdin. */
  async #stir(): Promise<void> {
    if (this.#size !== null) await this.resize(this.#size);
    else await this.#socket?.send(CHANNEL.stdin, new Uint8Array());
  }
}
