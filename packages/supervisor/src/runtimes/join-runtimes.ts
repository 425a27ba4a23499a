import { RigError } from '@rig-ops/contract/errors';
import type { InstanceReport, InstanceSpec } from '@rig-ops/contract/supervisor';
import type { Runtime } from './containers.ts';

export interface JoinedRuntimes {
  /** Null where no daemon is used. */
  docker: Runtime | null;
  pods: Runtime;
}

/** What an instance or a session runs in is in its spec, and chooses the runtime. */
export function joinRuntimes({ docker, pods }: JoinedRuntimes): Runtime {
  const all = docker === null ? [pods] : [docker, pods];
  const requireDocker = (): Runtime => {
    if (docker !== null) return docker;
    throw new RigError('docker_unreachable', 'This platform was started without a Docker daemon.');
  };
  const of = ({ pod }: Pick<InstanceSpec, 'pod'>): Runtime => (pod === undefined ? requireDocker() : pods);
  return {
    instances: {
      start: async (spec) => await of(spec).instances.start(spec),
      adopt: async (record) => await of(record.report.spec).instances.adopt(record),
    },
    sessions: {
      start: async (spec, env, beside) => await of(beside ?? spec).sessions.start(spec, env, beside),
      hold: (record, beside, user, own) => of(beside ?? own).sessions.hold(record, beside, user, own),
      adopt: (record) => (record.pod === undefined ? requireDocker() : pods).sessions.adopt(record),
    },
    transfers: {
      forward: async (request, targets, check) => {
        const [first] = targets;
        await of(first?.report.spec ?? {}).transfers.forward(request, targets, check);
      },
      instanceEnded: (instance) => {
        for (const { transfers } of all) transfers.instanceEnded(instance);
      },
      copy: async (report, spec) => await of(report.spec).transfers.copy(report, spec),
    },
    adopted: async (instances) => {
      await Promise.all(all.map(async (runtime) => await runtime.adopted(instances)));
    },
    usage: async (running) => {
      const inPods = running.filter(isInPod);
      const inContainers = running.filter((report) => !isInPod(report));
      const [first, second = []] = await Promise.all([
        inPods.length === 0 ? [] : pods.usage(inPods),
        docker?.usage(inContainers),
      ]);
      return [...first, ...second];
    },
    forgetNetwork: async (network, cluster) => {
      // A daemon that is away has nothing of one that was on a cluster.
      const asked = cluster === null ? all : [pods];
      await Promise.all(asked.map(async (runtime) => await runtime.forgetNetwork(network, cluster)));
    },
    ending: () => {
      for (const runtime of all) runtime.ending();
    },
    close: async () => {
      await Promise.all(all.map(async (runtime) => await runtime.close()));
    },
  };
}

const isInPod = ({ spec }: InstanceReport): boolean => spec.pod !== undefined;
