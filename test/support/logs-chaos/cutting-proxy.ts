import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A TCP proxy on loopback that delays what it passes on, and cuts connections: in the middle of a piece, of which
 * one half arrives, or between two. It never changes the order of bytes.
 */
export class CuttingProxy {
  readonly #target: () => number;
  readonly #server: Server;
  readonly #pairs = new Set<{ ends: Socket[]; halve: boolean }>();
  /** Connections that were cut while they carried something. */
  cuts = 0;

  private constructor(target: () => number) {
    this.#target = target;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** `target` is asked for the port of each new connection. */
  static async start(target: () => number): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** Cuts some connections: at once, or within the next piece they carry. */
  cut(share = 1): void {
    for (const pair of this.#pairs) {
      if (Math.random() > share) continue;
      if (Math.random() < 0.5) pair.halve = true;
      else this.#end(pair);
    }
  }

  async close(): Promise<void> {
    for (const pair of this.#pairs) for (const end of pair.ends) end.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #end(pair: { ends: Socket[]; halve: boolean }): void {
    if (!this.#pairs.delete(pair)) return;
    if (pair.ends.some(({ bytesRead }) => bytesRead > 0)) this.cuts += 1;
    // RST and FIN alike: some networks tell, some do not.
    for (const end of pair.ends) {
      if (Math.random() < 0.5) end.resetAndDestroy();
      else end.destroy();
    }
  }

  #accept(near: Socket): void {
    const far = connect(this.#target(), '127.0.0.1');
    const pair = { ends: [near, far], halve: false };
    this.#pairs.add(pair);
    for (const end of pair.ends) {
      end.on('error', () => undefined);
      end.on('close', () => {
        this.#pairs.delete(pair);
        for (const other of pair.ends) other.destroy();
      });
    }
    void this.#carry(near, far, pair);
    void this.#carry(far, near, pair);
  }

  async #carry(from: Socket, to: Socket, pair: { ends: Socket[]; halve: boolean }): Promise<void> {
    try {
      for await (const piece of from as AsyncIterable<Buffer>) {
        if (Math.random() < 0.02) await sleep(Math.random() * 30);
        if (pair.halve && piece.length > 1) {
          to.write(piece.subarray(0, piece.length >> 1), () => this.#end(pair));
          return;
        }
        if (!to.write(piece))
          await new Promise((resolve) => to.once('drain', resolve).once('close', resolve));
      }
      to.end();
    } catch {
      // Cut, from here or from there.
    }
  }
}
