import { RigError } from '@rig-ops/contract/errors';
import { APP_PORTS, findFreePort } from '../../ports/find-free-port.ts';
import type { AppPortStore } from './app-port-store.ts';

/** Where an app answers. */
export const urlOfPort = (port: number): string => `http://127.0.0.1:${port}`;

/** Gives each app a port at the edge. */
export class AppPorts {
  readonly #store: AppPortStore;

  constructor(store: AppPortStore) {
    this.#store = store;
  }

  get(appId: string): Promise<number | null> {
    return this.#store.get(appId);
  }

  all(): Promise<Map<string, number>> {
    return this.#store.all();
  }

  /** The port of an app; chosen when it has none yet. @throws RigError `port_taken` when all are */
  async ensure(appId: string): Promise<number> {
    return (await this.#store.get(appId)) ?? (await this.#choose(appId, APP_PORTS.first));
  }

  /** Gives an app that nobody knows the address of yet another port than the one that turned out to be taken. */
  async replace(appId: string, taken: number): Promise<number> {
    return this.#choose(appId, taken + 1);
  }

  async #choose(appId: string, start: number): Promise<number> {
    for (;;) {
      const taken = new Set((await this.#store.all()).values());
      const port = await findFreePort(APP_PORTS, start, taken);
      if (port === null)
        throw new RigError(
          'port_taken',
          `No port is free for the app between ${APP_PORTS.first} and ${APP_PORTS.last}.`,
        );
      // Another app may have taken it between the look and the note.
      if (await this.#store.assign(appId, port)) return port;
    }
  }
}
