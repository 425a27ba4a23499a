import { createHash } from 'node:crypto';
import { RigError } from '@rig-ops/contract/errors';
import { APP_PORTS, findFreePort, FURTHER_APP_PORTS } from '../../ports/find-free-port.ts';
import type { AppPortStore } from './app-port-store.ts';

/** Where an app answers. */
export const urlOfPort = (port: number): string => `http://127.0.0.1:${port}`;

/** Where a platform begins to look for ports of its apps. */
export function firstPortOf(folder: string): number {
  const size = APP_PORTS.last - APP_PORTS.first + 1;
  return APP_PORTS.first + (createHash('sha256').update(folder).digest().readUInt32BE() % size);
}

/** Gives each app a port at the edge. */
export class AppPorts {
  readonly #store: AppPortStore;
  readonly #first: number;

  /** @param folder of the platform: each begins at a port of its own, so that those of one machine keep apart */
  constructor(store: AppPortStore, folder: string) {
    this.#store = store;
    this.#first = firstPortOf(folder);
  }

  get(appId: string): Promise<number | null> {
    return this.#store.get(appId);
  }

  all(): Promise<Map<string, number>> {
    return this.#store.all();
  }

  /** The port of an app; chosen when it has none yet. @throws RigError `port_taken` when all are */
  async ensure(appId: string): Promise<number> {
    return (await this.#store.get(appId)) ?? (await this.#choose(appId, this.#first));
  }

  /** Gives an app that nobody knows the address of yet another port than the one that turned out to be taken. */
  async replace(appId: string, taken: number): Promise<number> {
    return this.#choose(appId, taken + 1);
  }

  async #choose(appId: string, start: number): Promise<number> {
    for (;;) {
      const taken = new Set((await this.#store.all()).values());
      const port =
        (await findFreePort(APP_PORTS, start, taken)) ??
        (await findFreePort(FURTHER_APP_PORTS, Math.max(start, FURTHER_APP_PORTS.first), taken));
      if (port === null) {
        const ranges = [APP_PORTS, FURTHER_APP_PORTS].map(({ first, last }) => `${first} to ${last}`);
        throw new RigError('port_taken', `No port is free for the app: ${ranges.join(' and ')} are taken.`);
      }
      // Another app may have taken it between the look and the note.
      if (await this.#store.assign(appId, port)) return port;
    }
  }
}
