import type { Pods } from './containers.ts';

/**
 * Pods of clusters, of which nothing is loaded before the first one is asked for: a cluster brings much with it.
 * @param wasUsed whether there may be something of this platform on one
 */
export function lazyPods(load: () => Promise<Pods>, wasUsed: () => boolean): Pods {
  let loaded: Pods | null = null;
  let loading: Promise<Pods> | null = null;
  const use = (): Promise<Pods> => {
    loading ??= load().then((pods) => {
      loaded = pods;
      return pods;
    });
    return loading;
  };
  const known = async (): Promise<Pods | null> => (loaded === null && !wasUsed() ? null : await use());
  return {
    get reports() {
      return loaded?.reports ?? [];
    },
    look: async (request) => await (await use()).look(request),
    instances: {
      start: async (spec) => await (await use()).instances.start(spec),
      adopt: async (record) => await (await use()).instances.adopt(record),
    },
    sessions: {
      start: async (spec, env, beside) => await (await use()).sessions.start(spec, env, beside),
      hold: async (record, beside, user, own) => await (await use()).sessions.hold(record, beside, user, own),
      adopt: async (record) => await (await use()).sessions.adopt(record),
    },
    transfers: {
      forward: async (request, targets, check) =>
        await (await use()).transfers.forward(request, targets, check),
      instanceEnded: (instance) => loaded?.transfers.instanceEnded(instance),
      copy: async (report, spec) => await (await use()).transfers.copy(report, spec),
    },
    adopted: async (instances) => await (await known())?.adopted(instances),
    usage: async (running) => await (await use()).usage(running),
    // Without one, there is none of the instances.
    leadNeighbours: async (app, instances) => await loaded?.leadNeighbours(app, instances),
    forgetNetwork: async (network, cluster) => await (await known())?.forgetNetwork(network, cluster),
    ending: () => loaded?.ending(),
    close: async () => await loaded?.close(),
  };
}
