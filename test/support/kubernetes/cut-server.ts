import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to an API server that can be cut: every connection of it at once. */
export class CutServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /**
   * @param kubeconfig of the cluster
   * @param path where a kubeconfig is written that goes this way
   */
  static async open(kubeconfig: string, path: string): Promise<CutServer> {
    const text = readFileSync(kubeconfig, 'utf8');
    const address = new URL(/server:\s*(\S+)/.exec(text)?.[1] ?? '');
    const server = createServer();
    const way = new CutServer(server);
    server.on('connection', (socket) => {
      const onwards = connect(Number(address.port || 443), address.hostname);
      for (const each of [socket, onwards]) {
        way.#sockets.add(each);
        each.on('error', () => each.destroy());
        each.on('close', () => {
          way.#sockets.delete(each);
          socket.destroy();
          onwards.destroy();
        });
      }
      socket.pipe(onwards).pipe(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    // Certificates of API servers are for this name as well.
    const here = `server: https://127.0.0.1:${port}\n    tls-server-name: kubernetes`;
    writeFileSync(path, text.replace(/server:\s*\S+/, here));
    return way;
  }

  cut(): void {
    for (const each of this.#sockets) each.destroy();
  }

  close(): void {
    this.#server.close();
    this.cut();
  }
}
