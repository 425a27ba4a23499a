import { connect, createServer, type Server, type Socket } from 'node:net';
import { resources } from '@rig-ops/kubernetes';
import type { PodRelays, RelayTarget } from './pod-relays.ts';

export class DirectRelays implements PodRelays {
  readonly #servers = new Map<string, Server>();

  open(instance: string, { cluster, namespace, pod, inside, outside }: RelayTarget): void {
    this.close(instance);
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined);
      void lead(socket, { cluster, namespace, pod, inside });
    });
    server.on('error', () => undefined);
    server.listen(outside, '127.0.0.1');
    this.#servers.set(instance, server);
  }

  close(instance: string): void {
    this.#servers.get(instance)?.close();
    this.#servers.delete(instance);
  }

  closeAll(): void {
    for (const instance of this.#servers.keys()) this.close(instance);
  }
}

async function lead(
  socket: Socket,
  { cluster, namespace, pod, inside }: Omit<RelayTarget, 'outside'>,
): Promise<void> {
  const found = await cluster.client.find(resources.pods, { namespace, name: pod }).catch(() => null);
  const upstream = connect({ host: found?.status?.podIP ?? '', port: inside, allowHalfOpen: true });
  upstream.on('error', () => socket.destroy());
  socket.on('close', () => upstream.destroy());
  socket.pipe(upstream).pipe(socket);
}
