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
import { openPodLog } from './logs/open-pod-log.ts';
import type { PodLogPosition } from './logs/pod-log-position.ts';
import { LogPositions } from '../log-positions.ts';
import { PodsOfInstances } from './instances/pods-of-instances.ts';
import { PullKeys } from './pull/pull-keys.ts';
import { PortRelays } from './relay/port-relays.ts';
import { PodSessions } from './sessions/pod-sessions.ts';
import { SessionPods } from './sessions/session-pods.ts';
import { PodTransfers } from './transfers/pod-transfers.ts';
import { PodUsage } from './usage/pod-usage.ts';

/** Pods of clusters. None of them need answer yet. */
export function openKubernetes(
  { pods }: SupervisorConfig,
  layout: PlatformLayout,
  context: ContainersContext,
): Pods {
  const { captures, log, logs } = context;
  const keys = new PullKeys(layout.dockerConfig, log);
  const image = pods?.image ?? null;
  const preparationOf = ({ pod }: PodInstanceSpec, workload: string): PodPreparation =>
    preparePod(pod, {
      image,
      workload,
      pullKeys: keys.for(image === null ? [pod.image] : [pod.image, image]),
    });
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
  const positions = new LogPositions<PodLogPosition>(join(layout.supervised, 'pod-logs'));
  const ofInstances: PodContext = {
    ...context,
    openOutput: openPodLog(positions),
    relays: new PortRelays(log),
    isEnding: () => ending,
  };
  const known = new PodsOfInstances();
  const placeOf = async (instance: string) => await known.placeOf(instance);
  const sessions = new PodSessions({
    placeOf,
    clusterOf: async (name, platform) => await clusters.use(name, platform),
    pods: new SessionPods(preparationOf),
    givesUp: () => ending,
  });
  const transfers = new PodTransfers(placeOf);
  const usage = new PodUsage();
  const placeFor = (cluster: Cluster, { pod }: PodInstanceSpec): PodPlace =>
    pod.once === true ? new OncePlace(cluster, preparationOf) : new CopyPlace(cluster);
  return {
    get reports() {
      return clusters.reports;
    },
    look: async (request) => await clusters.look(request),
    instances: {
      start: async (given) => {
        const spec = inPod(given);
        const cluster = await clusters.use(spec.pod.cluster, spec.pod.platform);
        return known.add(
          cluster,
          await PodInstance.start(ofInstances, { cluster, place: placeFor(cluster, spec), spec }),
        );
      },
      adopt: async (record: InstanceRecord) => {
        const spec = inPod(record.report.spec);
        const cluster = await clusters.use(spec.pod.cluster, spec.pod.platform);
        return known.add(
          cluster,
          PodInstance.adopt(ofInstances, record, { cluster, place: placeFor(cluster, spec), spec }),
        );
      },
    },
    sessions,
    transfers,
    adopted: async (ids) => {
      positions.keepOnly(new Set(ids));
      await clusters.openAll();
      for (const cluster of clusters.all()) cluster.follow();
    },
    usage: async (running) => await usage.sample(running, (instance) => known.find(instance)),
    leadNeighbours: async (_app, instances) => {
      const led = known.ofInstances(instances);
      await led[0]?.cluster.services.lead(led);
    },
    forgetNetwork: async (network, cluster) => await clusters.forgetNetwork(network, cluster),
    ending: () => {
      ending = true;
    },
    close: () => {
      ofInstances.relays.closeAll();
      transfers.close();
      clusters.close();
      return Promise.resolve();
    },
  };
}

function inPod(spec: InstanceSpec): PodInstanceSpec {
  if (spec.pod === undefined) throw new Error('an instance without a pod');
  return { ...spec, pod: spec.pod };
}
