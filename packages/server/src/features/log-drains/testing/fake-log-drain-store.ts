import { RigError } from '@rig-ops/contract/errors';
import type { LogDrainStore, LogPositions, StoredLogDrain } from '../log-drain-store.ts';

/** Keeps log drains in memory. */
export class FakeLogDrainStore implements LogDrainStore {
  readonly #drains = new Map<string, { drain: StoredLogDrain; positions: Record<string, string> }>();

  async list(): Promise<{ drain: StoredLogDrain; positions: LogPositions }[]> {
    return [...this.#drains.values()]
      .map(({ drain, positions }) => ({ drain, positions: { ...positions } }))
      .toSorted((a, b) => (a.drain.name < b.drain.name ? -1 : 1));
  }

  async add(drain: StoredLogDrain, positions: LogPositions): Promise<void> {
    if (this.#drains.has(drain.name)) {
      throw new RigError('drain_exists', `There is a drain ${drain.name} already.`);
    }
    this.#drains.set(drain.name, { drain, positions: { ...positions } });
  }

  async savePosition(drain: string, log: string, position: string): Promise<void> {
    const kept = this.#drains.get(drain);
    if (kept !== undefined) kept.positions[log] = position;
  }

  async forget(drain: string, log: string): Promise<void> {
    delete this.#drains.get(drain)?.positions[log];
  }

  async remove(name: string): Promise<void> {
    this.#drains.delete(name);
  }
}
