import { RigError } from '@rig-ops/contract/errors';
import { OWN_CLUSTER } from '@rig-ops/contract/supervisor-clusters';
import { resources } from '@rig-ops/kubernetes';
import type { Cluster } from '../cluster.ts';
import { APP_CONTAINER } from '../objects/pod-template.ts';
import type { Led } from '../services/app-services.ts';
import type { InstancePlace } from '../sessions/place-of-instance.ts';
import type { PodInstance } from './pod-instance.ts';

/** Where an instance is. */
export interface FoundPod {
  cluster: Cluster;
  namespace: string;
  /** Of the pod. */
  name: string;
  uid: string;
}

/** Which pod each instance has. */
export class PodsOfInstances {
  readonly #all = new Map<string, { cluster: Cluster; instance: PodInstance }>();
  readonly #addresses = new Map<string, string>();

  add(cluster: Cluster, instance: PodInstance): PodInstance {
    for (const [id, { instance: each }] of this.#all)
      if (each.forgotten && each.report.state === 'exited') this.#all.delete(id);
    this.#all.set(instance.report.spec.id, { cluster, instance });
    return instance;
  }

  /** Those of them that there are, all of one app. */
  ofInstances(ids: readonly string[]): (Led & { cluster: Cluster })[] {
    return ids.flatMap((id) => {
      const { cluster, instance } = this.#all.get(id) ?? {};
      if (cluster === undefined || instance === undefined) return [];
      return [{ cluster, spec: instance.spec, uid: instance.binding?.uid ?? null }];
    });
  }

  /** Null where it has none, or has ended. */
  find(id: string): FoundPod | null {
    const { cluster, instance } = this.#all.get(id) ?? {};
    const binding = instance?.binding ?? null;
    if (cluster === undefined || instance === undefined || binding === null) return null;
    const { spec, state } = instance.report;
    if (state === 'exited' || state === 'starting') return null;
    return { cluster, namespace: spec.pod?.namespace ?? '', name: binding.pod, uid: binding.uid };
  }

  /** @throws RigError `remote_target_gone` */
  async placeOf(id: string): Promise<InstancePlace> {
    const found = this.find(id);
    if (found === null)
      throw new RigError('remote_target_gone', 'The instance has no pod that runs at the moment.');
    const { cluster, namespace, name } = found;
    const address = cluster.name === OWN_CLUSTER ? await this.#addressOf(found) : null;
    return { client: cluster.client, namespace, name, container: APP_CONTAINER, address };
  }

  /** A pod keeps its address for as long as it is there. */
  async #addressOf({ cluster, namespace, name, uid }: FoundPod): Promise<string | null> {
    const known = this.#addresses.get(uid);
    if (known !== undefined) return known;
    const pod = await cluster.client.find(resources.pods, { namespace, name });
    const ip = pod?.metadata?.uid === uid ? (pod.status?.podIP ?? null) : null;
    if (ip !== null) {
      if (this.#addresses.size > this.#all.size * 2 + 16) this.#addresses.clear();
      this.#addresses.set(uid, ip);
    }
    return ip;
  }
}
