import type { Channel } from '@rig-ops/wire';
import type { PodContainer } from '../sessions/pod-container.ts';
import { openTunnel, type PodTunnel } from './pod-tunnel.ts';

/** For the next connection; its program takes some of the memory of the pod. */
const KEEP_MS = 30_000;

interface Held {
  tunnel: Promise<PodTunnel>;
  users: number;
  timer: NodeJS.Timeout | null;
}

/** One tunnel for each instance to which there are connections, and for a while behind the last one. */
export class PodTunnels {
  readonly #held = new Map<string, Held>();

  /** Answers the channel, and how to say that it is over. @throws RigError `cluster_…` */
  async open(
    instance: string,
    place: PodContainer,
    kind: 'ports' | 'tcp',
    params: object,
  ): Promise<{ channel: Channel; done: () => void }> {
    const held = this.#held.get(instance) ?? this.#make(instance, place);
    held.users += 1;
    if (held.timer !== null) clearTimeout(held.timer);
    const done = () => {
      held.users -= 1;
      if (held.users === 0 && this.#held.get(instance) === held)
        held.timer = setTimeout(() => this.close(instance), KEEP_MS).unref();
    };
    try {
      const { connection } = await held.tunnel;
      return { channel: connection.open(kind, params), done };
    } catch (error) {
      done();
      throw error;
    }
  }

  close(instance: string): void {
    const held = this.#held.get(instance);
    this.#held.delete(instance);
    held?.tunnel.then(
      (tunnel) => tunnel.close(),
      () => undefined,
    );
  }

  closeAll(): void {
    for (const instance of this.#held.keys()) this.close(instance);
  }

  #make(instance: string, place: PodContainer): Held {
    const held: Held = { tunnel: openTunnel(place), users: 0, timer: null };
    const drop = () => {
      if (this.#held.get(instance) === held) this.#held.delete(instance);
    };
    held.tunnel.then(({ connection }) => connection.closed.then(drop), drop);
    this.#held.set(instance, held);
    return held;
  }
}
