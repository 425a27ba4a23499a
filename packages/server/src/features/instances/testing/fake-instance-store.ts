import type { InstanceRecord, InstanceStore, NewInstance } from '../instance-store.ts';

const compare = (left: InstanceRecord, right: InstanceRecord): number =>
  left.appId.localeCompare(right.appId) ||
  left.release - right.release ||
  left.process.localeCompare(right.process) ||
  left.ordinal - right.ordinal ||
  left.turn - right.turn;

/** Wanted instances in memory, for tests. */
export class FakeInstanceStore implements InstanceStore {
  #instances: InstanceRecord[] = [];

  async create(instances: NewInstance[]): Promise<void> {
    for (const instance of instances) {
      const taken = this.#instances.some(
        (other) =>
          other.appId === instance.appId &&
          other.release === instance.release &&
          other.process === instance.process &&
          other.ordinal === instance.ordinal &&
          other.turn === (instance.turn ?? 1),
      );
      if (!taken)
        this.#instances.push({
          turn: 1,
          ...instance,
          host: null,
          desired: 'run',
          health: 'unknown',
          restarts: 0,
          keepUntil: null,
        });
    }
  }

  async list(): Promise<InstanceRecord[]> {
    return structuredClone(this.#instances.toSorted(compare));
  }

  async ofApp(appId: string): Promise<InstanceRecord[]> {
    return (await this.list()).filter((instance) => instance.appId === appId);
  }

  async setHealth(id: string, health: InstanceRecord['health'], host: string | null): Promise<void> {
    this.#change((instance) => instance.id === id, { health, host });
  }

  async replace(id: string, next: { id: string; port: number | null; countRestart: boolean }): Promise<void> {
    const instance = this.#instances.find((other) => other.id === id);
    if (instance === undefined) return;
    const restarts = instance.restarts + (next.countRestart ? 1 : 0);
    Object.assign(instance, { id: next.id, port: next.port, host: null, health: 'unknown', restarts });
  }

  async setDesired(appId: string, release: number, desired: InstanceRecord['desired']): Promise<void> {
    this.#change((instance) => instance.appId === appId && instance.release === release, { desired });
  }

  async setDesiredOf(ids: readonly string[], desired: InstanceRecord['desired']): Promise<void> {
    this.#change((instance) => ids.includes(instance.id), { desired });
  }

  async adopt(ids: readonly string[], release: number): Promise<void> {
    this.#change((instance) => ids.includes(instance.id), { release, desired: 'run', keepUntil: null });
  }

  async drainOthers(appId: string, release: number, keepUntil: string | null = null): Promise<void> {
    this.#change(
      (instance) => instance.appId === appId && instance.release !== release && instance.desired === 'run',
      { desired: 'drain', keepUntil },
    );
  }

  async remove(id: string): Promise<void> {
    this.#instances = this.#instances.filter((instance) => instance.id !== id);
  }

  #change(which: (instance: InstanceRecord) => boolean, change: Partial<InstanceRecord>): void {
    for (const instance of this.#instances.filter(which)) Object.assign(instance, change);
  }
}
