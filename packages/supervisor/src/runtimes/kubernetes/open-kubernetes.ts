import { RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { InstanceSpec, SupervisorConfig } from '@rig-ops/contract/supervisor';
import { join } from 'node:path';
import type { InstanceRecord } from '../../instances/instance-record.ts';
import type { ContainersContext, Pods } from '../containers.ts';
import type { Cluster } from './cluster.ts';
import { Clusters } from './clusters.ts';
import { CopyPlace } from './instances/copy-place.ts';
import { OncePlace } from './instances/once-place.ts';
import { type PodContext, PodInstance } from './instances/pod-instance.ts';
import type { PodPlace } from './instances/pod-place.ts';
import { type PodPreparation, preparePod } from './objects/pod-preparation.ts';
import type { PodInstanceSpec } from './objects/workload-objects.ts';
import { openSimpleOutput } from './instances/simple-output.ts';
import { DirectRelays } from './instances/direct-relays.ts';

/** Pods of clusters. None of them need answer yet. */
export function openKubernetes(
  { pods }: SupervisorConfig,
  layout: PlatformLayout,
  context: ContainersContext,
): Pods {
  const { captures, log, logs } = context;
  const preparationOf = ({ pod }: PodInstanceSpec, workload: string): PodPreparation =>
    preparePod(pod, pods?.image ?? null, workload);
  const clusters = new Clusters({
    folder: layout.clusters,
    idPath: layout.platformId,
    preparationOf,
    tell: ({ appId, process, name, release }, line) => {
      const source = { kind: 'platform' as const, process, instance: name, release };
      captures
        .tell(join(logs, 'apps', appId), source, [line])
        .catch((error: unknown) => log.warn('a change on a cluster is not in the log', { error }));
    },
    log,
  });
  let ending = false;
  const ofInstances: PodContext = {
    ...context,
    openOutput: openSimpleOutput,
    relays: new DirectRelays(),
    isEnding: () => ending,
  };
  const placeOf = (cluster: Cluster, { pod }: PodInstanceSpec): PodPlace =>
    pod.once === true ? new OncePlace(cluster, preparationOf) : new CopyPlace(cluster);
  return {
    get reports() {
      return clusters.reports;
    },
    instances: {
      start: async (given) => {
        const spec = inPod(given);
        const cluster = await clusters.use(spec.pod.cluster, spec.pod.platform);
        return await PodInstance.start(ofInstances, { cluster, place: placeOf(cluster, spec), spec });
      },
      adopt: async (record: InstanceRecord) => {
        const spec = inPod(record.report.spec);
        const cluster = await clusters.use(spec.pod.cluster, spec.pod.platform);
        return PodInstance.adopt(ofInstances, record, { cluster, place: placeOf(cluster, spec), spec });
      },
    },
    sessions: {
      start: () => Promise.reject(notYet()),
      hold: () => {
        throw notYet();
      },
      adopt: () => {
        throw notYet();
      },
    },
    transfers: {
      forward: () => Promise.reject(notYet()),
      instanceEnded: () => undefined,
      copy: () => Promise.reject(notYet()),
    },
    adopted: async () => {
      await clusters.openAll();
      for (const cluster of clusters.all()) cluster.follow();
    },
    usage: () => Promise.resolve([]),
    forgetNetwork: async (network) => {
      await Promise.all(clusters.all().map(async ({ namespaces }) => await namespaces.remove(network)));
    },
    ending: () => {
      ending = true;
    },
    close: () => {
      ofInstances.relays.closeAll();
      clusters.close();
      return Promise.resolve();
    },
  };
}

function inPod(spec: InstanceSpec): PodInstanceSpec {
  if (spec.pod === undefined) throw new Error('an instance without a pod');
  return { ...spec, pod: spec.pod };
}

const notYet = (): RigError =>
  new RigError('cluster_unsupported', 'Pods have no sessions and no ports so far.');
