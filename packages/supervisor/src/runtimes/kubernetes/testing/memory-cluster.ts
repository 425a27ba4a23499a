import { RigError } from '@rig-ops/contract/errors';
import type { ClusterObject, KubernetesClient, ObjectName, Resource } from '@rig-ops/kubernetes';

type Call = { verb: string; plural: string; name: string; body?: ClusterObject; options?: object };

/** Answers as told and writes down what was asked for: for what is sent, not for what a cluster makes of it. */
export class MemoryCluster {
  readonly calls: Call[] = [];
  /** What is there, by `plural/name`. */
  readonly objects = new Map<string, ClusterObject>();
  /** Thrown by the next apply. */
  refusal: RigError | null = null;

  get client(): KubernetesClient {
    return this as unknown as KubernetesClient;
  }

  find(resource: Resource<unknown>, { name }: ObjectName): Promise<ClusterObject | null> {
    return Promise.resolve(this.objects.get(`${resource.plural}/${name}`) ?? null);
  }

  list(resource: Resource<unknown>): Promise<ClusterObject[]> {
    const prefix = `${resource.plural}/`;
    return Promise.resolve(
      [...this.objects].flatMap(([key, each]) => (key.startsWith(prefix) ? [each] : [])),
    );
  }

  apply(
    resource: Resource<unknown>,
    body: ClusterObject,
    options: { force?: boolean } = {},
  ): Promise<ClusterObject> {
    const { name = '' } = body.metadata ?? {};
    this.calls.push({ verb: 'apply', plural: resource.plural, name, body, options });
    if (this.refusal !== null && options.force !== true) {
      const refusal = this.refusal;
      this.refusal = null;
      return Promise.reject(refusal);
    }
    const key = `${resource.plural}/${name}`;
    const { generation = 0 } = this.objects.get(key)?.metadata ?? {};
    const made = { ...body, metadata: { uid: `uid-${name}`, ...body.metadata, generation: generation + 1 } };
    this.objects.set(key, made);
    return Promise.resolve(made);
  }

  create(resource: Resource<unknown>, body: ClusterObject): Promise<ClusterObject> {
    const { name = '' } = body.metadata ?? {};
    this.calls.push({ verb: 'create', plural: resource.plural, name, body });
    const made = { ...body, metadata: { uid: `uid-${name}`, ...body.metadata } };
    this.objects.set(`${resource.plural}/${name}`, made);
    return Promise.resolve(made);
  }

  merge(resource: Resource<unknown>, { name }: ObjectName): Promise<ClusterObject> {
    this.calls.push({ verb: 'merge', plural: resource.plural, name });
    return Promise.resolve(this.objects.get(`${resource.plural}/${name}`) ?? {});
  }

  delete(resource: Resource<unknown>, { name }: ObjectName, options: object = {}): Promise<void> {
    this.calls.push({ verb: 'delete', plural: resource.plural, name, options });
    this.objects.delete(`${resource.plural}/${name}`);
    return Promise.resolve();
  }

  /** Of all calls so far, as `apply deployments/shop-web-v1`. */
  takeCalls(): string[] {
    return this.calls.splice(0).map(({ name, plural, verb }) => `${verb} ${plural}/${name}`);
  }
}

export const conflictWith = (manager: string, field: string): RigError =>
  new RigError('cluster_conflict', 'The cluster says: conflict.', {
    details: { managers: [{ manager, field }] },
  });
