import { Duplex } from 'node:stream';
import { RigError } from '@rig-ops/contract/errors';
import type { ClusterConnection } from '../cluster-connection.ts';
import { ChannelSocket } from './channel-socket.ts';

const CHANNEL = { data: 0, error: 1 } as const;
/** Both channels begin with the number of the port. */
const PORT_BYTES = 2;
const PROTOCOLS = ['v4.channel.k8s.io'];
const MAX_ERROR_BYTES = 8 * 1024;

/**
 * A connection to a port of a pod, also to one that is listened on inside alone. The protocol knows no end of one direction:
 * the end of what is written is not told, and where the other side ends, both directions are over.
 */
export class ForwardedPort extends Duplex {
  #socket: ChannelSocket | null = null;
  readonly #heads: [number, number] = [PORT_BYTES, PORT_BYTES];
  #said = '';

  private constructor() {
    super({ allowHalfOpen: true });
  }

  /** @param path of the pod. @throws RigError `cluster_…` where the server does not open it */
  static async open(connection: ClusterConnection, path: string, port: number): Promise<ForwardedPort> {
    const forwarded = new ForwardedPort();
    forwarded.#socket = await ChannelSocket.open({
      connection,
      path: `${path}/portforward`,
      query: { ports: port },
      protocols: PROTOCOLS,
      onData: (channel, bytes) => forwarded.#take(channel, bytes),
      onClosed: (error) => forwarded.#closed(error),
    });
    return forwarded;
  }

  override _read(): void {
    this.#socket?.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    void this.#send(chunk, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket?.close();
    done(error);
  }

  /** Where nobody takes it any more, the end of the other direction tells it. */
  async #send(chunk: Buffer, done: () => void): Promise<void> {
    await this.#socket?.send(CHANNEL.data, chunk);
    done();
  }

  #take(channel: number, bytes: Buffer): void {
    if (channel !== CHANNEL.data && channel !== CHANNEL.error) return;
    const head = Math.min(this.#heads[channel], bytes.length);
    this.#heads[channel] -= head;
    const rest = bytes.subarray(head);
    if (rest.length === 0 || this.destroyed) return;
    if (channel === CHANNEL.data) {
      if (!this.push(rest)) this.#socket?.pause();
    } else if (this.#said.length < MAX_ERROR_BYTES) this.#said += rest.toString('utf8');
  }

  #closed(error: RigError | null): void {
    if (this.#said !== '')
      this.destroy(
        new RigError('port_refused', `The port did not take the connection: ${this.#said.trim()}`),
      );
    else if (error !== null) this.destroy(error);
    else this.push(null);
  }
}
