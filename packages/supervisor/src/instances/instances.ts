import { RigError } from '@rig-ops/contract/errors';
import type { InstanceReport, InstanceSpec } from '@rig-ops/contract/supervisor';
import { Instance, type InstanceContext } from './instance.ts';
import type { InstanceRecord } from './instance-record.ts';
import { isContained } from './is-contained.ts';
import type { SupervisedInstance } from './supervised-instance.ts';

/** Instances in containers and pods. */
export interface ContainerStarter {
  start(spec: InstanceSpec): Promise<SupervisedInstance>;
  adopt(record: InstanceRecord): Promise<SupervisedInstance>;
}

interface InstancesContext extends InstanceContext {
  /** Null where no daemon is used. */
  containers: ContainerStarter | null;
}

/** All instances of this host, named by the ids that rigd gave them. */
export class Instances {
  readonly #context: InstancesContext;
  readonly #instances = new Map<string, SupervisedInstance>();
  readonly #starting = new Map<string, Promise<SupervisedInstance>>();

  constructor(context: InstancesContext) {
    this.#context = context;
  }

  /** Takes on what an earlier supervisor has left. */
  async adopt(): Promise<void> {
    const { records, log } = this.#context;
    for (const { id, record } of records.load()) {
      try {
        this.#instances.set(id, await this.#adopt(record));
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

  /** All of them, those as well that were forgotten and are still there. */
  ids(): string[] {
    return [...this.#instances.keys()];
  }

  find(id: string): InstanceReport | undefined {
    const instance = this.#instances.get(id);
    return instance?.forgotten === true ? undefined : instance?.report;
  }

  /** Starts an instance, unless there is one of that id. */
  async put(spec: InstanceSpec): Promise<InstanceReport> {
    const known = await this.#known(spec.id);
    if (known !== undefined) return known.report;
    const starting = this.#start(spec);
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

  /**
   * Ends every instance and removes what is left of it, as far as its output is stored. Those that are to be left go
   * on, and are known to the next supervisor by their records.
   */
  async endAll(graceMs: number, isLeft: (spec: InstanceSpec) => boolean = () => false): Promise<void> {
    await Promise.allSettled(this.#starting.values());
    const { left = [], ended: all = [] } = Object.groupBy(this.#instances.values(), ({ report }) =>
      isLeft(report.spec) ? 'left' : 'ended',
    );
    for (const instance of all) instance.stop(graceMs);
    await Promise.all(all.map(async ({ ended }) => await ended));
    await Promise.all(all.map(async (instance) => await instance.forget()));
    await Promise.all([...all, ...left].map(async (instance) => await instance.release()));
  }

  async #start(spec: InstanceSpec): Promise<SupervisedInstance> {
    if (!isContained(spec)) return await Instance.start(this.#context, spec);
    return await this.#containers().start(spec);
  }

  async #adopt(record: InstanceRecord): Promise<SupervisedInstance> {
    if (!isContained(record.report.spec)) return await Instance.adopt(this.#context, record);
    return await this.#containers().adopt(record);
  }

  #containers(): ContainerStarter {
    const { containers } = this.#context;
    if (containers !== null) return containers;
    throw new RigError('docker_unreachable', 'This platform was started without a Docker daemon.');
  }

  async #known(id: string): Promise<SupervisedInstance | undefined> {
    return this.#instances.get(id) ?? (await this.#starting.get(id)?.catch(() => undefined));
  }
}
