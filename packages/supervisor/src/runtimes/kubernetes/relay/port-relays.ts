import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { OWN_CLUSTER } from '@rig-ops/contract/supervisor-clusters';
import { resources } from '@rig-ops/kubernetes';
import type { Log } from '../../../log.ts';
import type { PodRelays, RelayTarget } from '../instances/pod-relays.ts';
import { carry } from './carry.ts';

const LOOPBACK = '127.0.0.1';
/** Somebody else has the port still, as a relay of before that is being closed. */
const AGAIN_MS = 250;

interface Relay {
  target: RelayTarget;
  server: Server;
  sockets: Set<Socket>;
  /** Of the pod; found with the first connection. */
  address: Promise<string | null> | null;
  timer: NodeJS.Timeout | null;
}

/** Straight to the pod within its cluster, and through the API server from outside. */
export class PortRelays implements PodRelays {
  readonly #log: Log;
  readonly #relays = new Map<string, Relay>();

  constructor(log: Log) {
    this.#log = log;
  }

  open(instance: string, target: RelayTarget): void {
    const known = this.#relays.get(instance);
    if (known !== undefined && known.target.outside === target.outside) {
      // Connections to the one before go on until it ends them.
      if (known.target.pod !== target.pod) known.address = null;
      known.target = target;
      return;
    }
    this.close(instance);
    const relay: Relay = {
      target,
      sockets: new Set(),
      address: null,
      timer: null,
      server: createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
        void this.#serve(relay, socket);
      }),
    };
    this.#relays.set(instance, relay);
    this.#listen(relay);
  }

  close(instance: string): void {
    const relay = this.#relays.get(instance);
    if (relay === undefined) return;
    this.#relays.delete(instance);
    if (relay.timer !== null) clearTimeout(relay.timer);
    relay.server.close();
    for (const socket of relay.sockets) socket.destroy();
  }

  closeAll(): void {
    for (const instance of this.#relays.keys()) this.close(instance);
  }

  #listen(relay: Relay): void {
    const { server, target } = relay;
    server.on('error', (error) => {
      this.#log.info('a port for a pod is taken', { port: target.outside, error });
      relay.timer = setTimeout(() => server.listen(target.outside, LOOPBACK), AGAIN_MS).unref();
    });
    server.listen(target.outside, LOOPBACK);
  }

  async #serve(relay: Relay, socket: Socket): Promise<void> {
    relay.sockets.add(socket);
    socket.once('close', () => relay.sockets.delete(socket));
    // It may be reset while it waits.
    socket.on('error', () => socket.destroy());
    try {
      const other = await this.#reach(relay);
      if (socket.destroyed) other.destroy();
      else await carry(socket, other);
    } catch (error) {
      this.#log.info('a pod is not reached', { pod: relay.target.pod, error });
      socket.resetAndDestroy();
    }
  }

  /** @throws RigError `cluster_…`, and what a socket says */
  async #reach(relay: Relay): Promise<Duplex> {
    const { cluster, namespace, pod, inside } = relay.target;
    if (cluster.name !== OWN_CLUSTER)
      return await cluster.client.forwardPort({ namespace, name: pod }, inside);
    relay.address ??= cluster.client
      .find(resources.pods, { namespace, name: pod })
      .then((found) => found?.status?.podIP ?? null);
    const address = await relay.address.catch(() => null);
    if (address === null) {
      relay.address = null;
      throw new Error('its pod has no address');
    }
    return await connectTo(address, inside);
  }
}

async function connectTo(host: string, port: number): Promise<Socket> {
  return await new Promise<Socket>((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
