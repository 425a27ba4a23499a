import type { Socket } from 'node:net';
import type { InstanceReport } from '@rig-ops/contract/supervisor';
import type { OpenRequest } from '@rig-ops/wire';
import type { ContainerTransfers } from '../runtimes/containers.ts';
import { InstancePorts } from './instance-ports.ts';
import { type ForwardContext, serveForward } from './serve-forward.ts';

export interface ForwardsOptions {
  findInstance: (id: string) => InstanceReport | undefined;
  containers: ContainerTransfers | null;
  /** TMPDIR of an instance. */
  tmpOf: (id: string) => string;
}

/** Connections to ports of the instances of this host. They end with their channels, and with their instance. */
export class Forwards {
  readonly #context: ForwardContext;
  readonly #sockets = new Map<Socket, string>();

  constructor({ containers, findInstance, tmpOf }: ForwardsOptions) {
    this.#context = {
      findInstance,
      containers,
      ports: new InstancePorts(tmpOf),
      onConnected: (instance, socket) => {
        this.#sockets.set(socket, instance);
        return () => this.#sockets.delete(socket);
      },
    };
  }

  /** Answers an OPEN; whatever goes wrong refuses it. */
  async open(request: OpenRequest): Promise<void> {
    await serveForward(request, this.#context);
  }

  /** An instance has ended: a client whose own direction is open would hear of it only by writing. */
  end(instance: string): void {
    for (const [socket, of] of this.#sockets) if (of === instance) socket.destroy();
  }
}
