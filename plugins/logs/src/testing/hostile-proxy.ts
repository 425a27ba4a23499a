import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What stands between a laptop and a platform, and is not always kind. */
export class HostileProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Socket[]>();
  #swallowing = new Set<Socket[]>();
  /** Connections that were cut because nothing came through them. */
  cuts = 0;

  private constructor(port: number, idleMs: number) {
    this.#server = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      const pair = [near, far];
      this.#pairs.add(pair);
      const idle = setTimeout(() => {
        this.cuts += 1;
        for (const end of pair) end.destroy();
      }, idleMs);
      for (const [index, end] of pair.entries()) {
        end.on('error', () => undefined);
        end.on('close', () => {
          clearTimeout(idle);
          this.#pairs.delete(pair);
          for (const other of pair) other.destroy();
        });
        end.on('data', (piece) => {
          if (this.#swallowing.has(pair)) return;
          idle.refresh();
          pair[1 - index]?.write(piece);
        });
      }
    });
  }

  /** Cuts what nothing has come through for `idleMs`, in either direction. */
  static async start(port: number, { idleMs = 60_000 } = {}): Promise<HostileProxy> {
    const proxy = new HostileProxy(port, idleMs);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /**
   * From here on nothing comes through the connections there are, and neither side is told: the address of one has
   * changed. New ones are not concerned.
   */
  swallow(): void {
    this.#swallowing = new Set(this.#pairs);
  }

  async close(): Promise<void> {
    for (const pair of this.#pairs) for (const end of pair) end.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
