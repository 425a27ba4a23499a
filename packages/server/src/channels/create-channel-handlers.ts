import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { Deployments } from '../deployments.ts';
import type { Engine } from '../engines/engine.ts';
import type { PlatformEngines } from '../engines/platform-engines.ts';
import type { SessionPolicy } from '../features/access-policies/session-policy.ts';
import type { AppLifetimes } from '../features/apps/app-lifetimes.ts';
import type { AppStore } from '../features/apps/app-store.ts';
import type { EventLog } from '../features/events/event-log.ts';
import type { NetworkStore } from '../features/networks/network-store.ts';
import type { createSessions } from '../features/sessions/index.ts';
import type { ChannelAudit } from './channel-audit.ts';
import type { ChannelHandlers } from './channel-handlers.ts';
import { serveCopy } from './serve-copy.ts';
import { serveDeployEvents } from './serve-deploy-events.ts';
import { serveForward } from './serve-forward.ts';
import { serveLogs } from './serve-logs.ts';

export interface ChannelHandlersDeps {
  readonly layout: PlatformLayout;
  readonly apps: AppStore;
  readonly networks: NetworkStore;
  readonly deployments: Deployments;
  readonly lifetimes: AppLifetimes;
  readonly events: EventLog;
  readonly engine: Engine;
  readonly engines: PlatformEngines;
  readonly sessions: Pick<Awaited<ReturnType<typeof createSessions>>, 'channels'>;
  readonly policy: SessionPolicy;
  readonly audit: ChannelAudit;
  readonly baseEnvironment: Readonly<Record<string, string>>;
  readonly node: string;
}

/** A handler for every kind of channel. */
export function createChannelHandlers(deps: ChannelHandlersDeps): ChannelHandlers {
  const { apps, audit, baseEnvironment, deployments, engine, engines, networks, node, policy, sessions } =
    deps;
  return {
    logs: serveLogs(deps),
    'deploy-events': serveDeployEvents(deployments),
    ...sessions.channels({ apps, networks, audit, policy, baseEnvironment, node }),
    copy: serveCopy({ apps, deployments, engine, audit, policy }),
    forward: serveForward({ apps, deployments, engines, audit, policy }),
  };
}
