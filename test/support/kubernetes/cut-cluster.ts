import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { TestCluster } from './test-cluster.ts';

/** A name that the certificate of every API server has, whatever its address. */
const NAME = 'kubernetes.default.svc';

/** The way to the API server of a cluster, which can be cut. */
export class CutCluster {
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #server: Server;
  #port = 0;

  private constructor(target: URL) {
    this.#target = target;
    this.#server = this.#make();
  }

  /** @param path where the kubeconfig is written by which it is reached */
  static async open({ client, kubeconfig }: TestCluster, path: string): Promise<CutCluster> {
    const cut = new CutCluster(new URL(client.connection.server));
    await cut.mend();
    const text = readFileSync(kubeconfig, 'utf8').replace(
      /^(\s*)server: .*$/m,
      `$1server: https://127.0.0.1:${cut.#port}\n$1tls-server-name: ${NAME}`,
    );
    writeFileSync(path, text);
    return cut;
  }

  /** Nothing answers there any more. */
  async cut(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async mend(): Promise<void> {
    this.#server = this.#make();
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #make(): Server {
    return createServer((socket) => {
      const other = connect({ host: this.#target.hostname, port: Number(this.#target.port || 443) });
      for (const each of [socket, other]) {
        this.#sockets.add(each);
        each.on('error', () => undefined);
        each.once('close', () => {
          this.#sockets.delete(each);
          socket.destroy();
          other.destroy();
        });
      }
      socket.pipe(other);
      other.pipe(socket);
    });
  }
}
