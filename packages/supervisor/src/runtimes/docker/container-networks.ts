import { setTimeout as sleep } from 'node:timers/promises';
import { isRigError } from '@rig-ops/contract/errors';
import type { DockerClient } from '@rig-ops/docker';
import { type ContainerLabels, NETWORK_LABEL } from './container-labels.ts';

const PATIENCE_MS = 5_000;
const PAUSE_MS = 100;

/** The networks of rig as bridges of a daemon: one is made when something is first put into it. */
export class ContainerNetworks {
  readonly #docker: DockerClient;
  readonly #labels: ContainerLabels;
  readonly #making = new Map<string, Promise<string>>();

  constructor(docker: DockerClient, labels: ContainerLabels) {
    this.#docker = docker;
    this.#labels = labels;
  }

  /** @returns the name that it has on the daemon */
  async ensure(network: string): Promise<string> {
    const making = this.#making.get(network) ?? this.#make(network);
    this.#making.set(network, making);
    try {
      return await making;
    } finally {
      this.#making.delete(network);
    }
  }

  /** Nothing happens where there is none. @throws RigError `docker_…` while something is in it */
  async remove(network: string): Promise<void> {
    const found = await this.#docker.networks.find(this.#nameOf(network));
    if (found === null || !this.#isOwn(found.Labels)) return;
    for (const deadline = performance.now() + PATIENCE_MS; ; await sleep(PAUSE_MS)) {
      try {
        await this.#docker.networks.remove(found.Id);
        return;
      } catch (error) {
        // What was in it last is on its way out.
        const isBusy = isRigError(error) && error.code === 'docker_conflict';
        if (!isBusy || performance.now() > deadline) throw error;
      }
    }
  }

  /** Those that nothing is in. */
  async removeUnused(): Promise<void> {
    for (const { Id } of await this.#docker.networks.list(this.#labels.own)) {
      // One that is in use is refused.
      await this.#docker.networks.remove(Id).catch(() => undefined);
    }
  }

  async #make(network: string): Promise<string> {
    const name = this.#nameOf(network);
    if ((await this.#docker.networks.find(name)) !== null) return name;
    try {
      await this.#docker.networks.create({
        Name: name,
        Driver: 'bridge',
        CheckDuplicate: true,
        Labels: { ...this.#labels.own, [NETWORK_LABEL]: network },
      });
    } catch (error) {
      // Somebody else was faster.
      if (!isRigError(error) || error.code !== 'docker_conflict') throw error;
    }
    return name;
  }

  #nameOf(network: string): string {
    return this.#labels.nameOf(`network-${network}`);
  }

  #isOwn(labels: Readonly<Record<string, string>> | null): boolean {
    return Object.entries(this.#labels.own).every(([name, value]) => labels?.[name] === value);
  }
}
