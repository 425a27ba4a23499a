import type { OpenRequest } from '@rig-ops/wire';
import type { Log } from '../log.ts';
import type { Platform } from '../platform.ts';
import { parseInstanceSpec, parseJobSpec, parseKillRequest, parseLookRequest } from './parse-specs.ts';
import { requireId, requireNumber, requireObject, requireStrings } from './require.ts';
import { createSessionServer } from './serve-sessions.ts';
import { serveWatch } from './serve-watch.ts';
import type { ApiOptions } from './supervisor-api.ts';

/** Connects the routes to the platform. */
export function createHandlers(
  platform: Platform,
  stop: () => Promise<void>,
  log: Log,
): Pick<ApiOptions, 'handlers' | 'onConnect'> {
  const onOpen = (request: OpenRequest) => {
    platform.open(request).catch((error: unknown) => log.warn('a session failed', { error }));
  };
  let sessionServer: ReturnType<typeof createSessionServer> | undefined;
  return {
    onConnect: async (request, socket, head) => {
      sessionServer ??= createSessionServer(onOpen, log);
      (await sessionServer)(request, socket, head);
    },
    handlers: {
      state: async () => await platform.look(),
      watch: async ({ response }) => {
        serveWatch(response, platform.state, platform.events);
        return undefined;
      },
      usage: async () => await platform.usage(),
      startInstance: async ({ id, body }) =>
        await platform.putInstance(parseInstanceSpec(requireId(id, 'id'), body)),
      stopInstance: async ({ id, body }) => {
        await platform.stopInstance(id, requireNumber(requireObject(body, 'body').graceMs, 'graceMs'));
        return {};
      },
      forgetInstance: async ({ id }) => {
        await platform.forgetInstance(id);
        return {};
      },
      startJob: async ({ id, body }) => platform.putJob(parseJobSpec(requireId(id, 'id'), body)),
      cancelJob: async ({ id }) => {
        platform.cancelJob(id);
        return {};
      },
      forgetJob: async ({ id }) => {
        await platform.forgetJob(id);
        return {};
      },
      listSessions: async () => platform.sessions.list(),
      killSession: async ({ id, body }) => {
        const { why, graceMs } = parseKillRequest(body);
        await platform.sessions.kill(id, why, graceMs);
        return {};
      },
      forgetSession: async ({ id }) => {
        platform.sessions.forget(id);
        return {};
      },
      forgetNetwork: async ({ id, body }) => {
        const { cluster } = requireObject(body, 'body');
        await platform.forgetNetwork(id, cluster === undefined ? null : requireId(cluster, 'cluster'));
        return {};
      },
      leadNeighbours: async ({ id, body }) => {
        await platform.leadNeighbours(id, requireStrings(requireObject(body, 'body').instances, 'instances'));
        return {};
      },
      lookAtClusters: async ({ body }) => await platform.lookAtClusters(parseLookRequest(body)),
      stopPlatform: async () => {
        stop().catch((error: unknown) => log.warn('the platform did not end in order', { error }));
        return {};
      },
    },
  };
}
