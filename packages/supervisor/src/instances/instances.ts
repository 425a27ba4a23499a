import type { InstanceReport, InstanceSpec } from '@rig-ops/contract/supervisor';
import { Instance, type InstanceContext } from './instance.ts';

/** All instances of this host, named by the ids that rigd gave them. */
export class Instances {
  readonly #context: InstanceContext;
  readonly #instances = new Map<string, Instance>();
  readonly #starting = new Map<string, Promise<Instance>>();

  constructor(context: InstanceContext) {
    this.#context = context;
  }

  /** Takes on what an earlier supervisor has left. */
  async adopt(): Promise<void> {
    const { records, log } = this.#context;
    for (const { id, record } of records.load()) {
      try {
        this.#instances.set(id, await Instance.adopt(this.#context, record));
      } catch (error) {
        // One that cannot be taken on must not keep the platform from starting.
        log.warn('an instance could not be adopted', { instance: id, error });
      }
    }
  }

  /** What is known, without what was forgotten. */
  list(): InstanceReport[] {
    return [...this.#instances.values()].filter(({ forgotten }) => !forgotten).map(({ report }) => report);
  }

  find(id: string): InstanceReport | undefined {
    const instance = this.#instances.get(id);
    return instance?.forgotten === true ? undefined : instance?.report;
  }

  /** Starts an instance, unless there is one of that id. */
  async put(spec: InstanceSpec): Promise<InstanceReport> {
    const known = await this.#known(spec.id);
    if (known !== undefined) return known.report;
    const starting = Instance.start(this.#context, spec);
    this.#starting.set(spec.id, starting);
    try {
      const instance = await starting;
      this.#instances.set(spec.id, instance);
      return instance.report;
    } finally {
      this.#starting.delete(spec.id);
    }
  }

  async stop(id: string, graceMs: number): Promise<void> {
    (await this.#known(id))?.stop(graceMs);
  }

  async forget(id: string): Promise<void> {
    const instance = await this.#known(id);
    await instance?.forget();
    // When its output still waits for the store, the record goes on to say so.
    if (instance !== undefined) this.#instances.delete(id);
  }

  /** Ends every instance and removes what is left of it, as far as its output is stored. */
  async endAll(graceMs: number): Promise<void> {
    await Promise.allSettled(this.#starting.values());
    const all = [...this.#instances.values()];
    for (const instance of all) instance.stop(graceMs);
    await Promise.all(all.map(async ({ ended }) => await ended));
    await Promise.all(all.map(async (instance) => await instance.forget()));
    await Promise.all(all.map(async (instance) => await instance.release()));
  }

  async #known(id: string): Promise<Instance | undefined> {
    return this.#instances.get(id) ?? (await this.#starting.get(id)?.catch(() => undefined));
  }
}
