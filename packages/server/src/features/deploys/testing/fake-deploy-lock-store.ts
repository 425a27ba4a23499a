import type { DeployLockRecord, DeployLockStore } from '../deploy-lock-store.ts';

/** Locks of apps in memory, for tests. */
export class FakeDeployLockStore implements DeployLockStore {
  readonly #locks = new Map<string, DeployLockRecord>();

  async get(appId: string, at: string): Promise<DeployLockRecord | null> {
    const lock = this.#locks.get(appId);
    return lock === undefined || (lock.until !== null && lock.until <= at) ? null : { ...lock };
  }

  async all(at: string): Promise<DeployLockRecord[]> {
    const held = await Promise.all([...this.#locks.keys()].toSorted().map((appId) => this.get(appId, at)));
    return held.filter((lock) => lock !== null);
  }

  async take(lock: DeployLockRecord): Promise<DeployLockRecord> {
    const held = await this.get(lock.appId, lock.since);
    if (held !== null && held.owner !== lock.owner) return held;
    const taken = { ...lock, since: held?.since ?? lock.since };
    this.#locks.set(lock.appId, taken);
    return { ...taken };
  }

  async release(appId: string, owner: string): Promise<void> {
    if (this.#locks.get(appId)?.owner === owner) this.#locks.delete(appId);
  }
}
