import type { AppPortStore } from '../app-port-store.ts';

/** Ports of apps in memory, for tests. */
export class FakeAppPortStore implements AppPortStore {
  readonly #ports = new Map<string, number>();

  async get(appId: string): Promise<number | null> {
    return this.#ports.get(appId) ?? null;
  }

  async all(): Promise<Map<string, number>> {
    return new Map(this.#ports);
  }

  async assign(appId: string, port: number): Promise<boolean> {
    for (const [other, taken] of this.#ports) if (taken === port && other !== appId) return false;
    this.#ports.set(appId, port);
    return true;
  }
}
