import { join } from 'node:path';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { SupervisorConfig } from '@rig-ops/contract/supervisor';
import type { DockerSettings } from '@rig-ops/contract/supervisor-containers';
import { platformIdOf } from '@rig-ops/docker';
import type { HeldRecord } from '../../containment/session-containment.ts';
import type { Containers, ContainersContext } from '../containers.ts';
import { ContainerInstance } from './container-instance.ts';
import { ContainerJobs } from './container-jobs.ts';
import { ContainerRuntime } from './container-runtime.ts';
import { ContainerSessions } from './container-sessions.ts';
import { ContainerForwards } from './container-transfers.ts';
import { ContainerUsage } from './container-usage.ts';

/** A platform whose daemon hangs comes up without it. */
const START_PATIENCE_MS = 3_000;

/** Containers of a Docker daemon. The daemon need not run yet. */
export function openDocker(
  { node, nodeArguments, version }: SupervisorConfig,
  settings: DockerSettings,
  layout: PlatformLayout,
): (context: ContainersContext) => Containers {
  return (context) => {
    const { log } = context;
    const runtime = new ContainerRuntime({
      settings,
      platform: platformIdOf(layout.root),
      positions: join(layout.supervised, 'container-logs'),
      tools: { folder: join(layout.root, 'container-tools'), node, nodeArguments, version },
      log,
    });
    const sessions = new ContainerSessions(runtime);
    const instances = { ...context, runtime };
    const nameOf = (id: string) => runtime.labels.nameOf(id);
    const usage = new ContainerUsage(async (id) => await runtime.docker.containers.stats(nameOf(id)));
    return {
      get report() {
        return runtime.daemon.report;
      },
      settled: async () => await runtime.daemon.settle(),
      instances: {
        start: async (spec) => await ContainerInstance.start(instances, spec),
        adopt: async (record) => await ContainerInstance.adopt(instances, record),
      },
      sessions: {
        start: async (spec, env, beside) => {
          if (beside !== null) return await sessions.startBeside(spec, env, nameOf(beside.id));
          if (spec.container === undefined) return { startError: 'there is no container for it' };
          return await sessions.startAlone(spec, env, spec.container);
        },
        hold: (record, beside, user) =>
          beside === null
            ? sessions.containmentAlone(record, nameOf(record.id), user)
            : sessions.containmentBeside(record, nameOf(beside.id), user),
        adopt: (record: HeldRecord) =>
          record.container === undefined || record.container === nameOf(record.id)
            ? sessions.containmentAlone(record, nameOf(record.id), record.user ?? null)
            : sessions.containmentBeside(record, record.container, record.user ?? null),
      },
      transfers: new ContainerForwards(runtime),
      jobs: new ContainerJobs({ runtime, captures: context.captures, log }),
      adopted: async (ids) => {
        await runtime.daemon.settle(START_PATIENCE_MS);
        if (runtime.daemon.report.version === null) return;
        // Found before anything new is made.
        void runtime.removeAll(await runtime.findStrays(new Set(ids.map(nameOf))));
      },
      usage: async (running) => await usage.sample(running),
      forgetNetwork: async (network) => await runtime.networks.remove(network),
      ending: () => {
        runtime.ending = true;
      },
      close: async () => await runtime.close(),
    };
  };
}
