import { type Role, roles } from '@rig-ops/contract/access';
import { channelKinds } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import { routes } from '@rig-ops/contract/routes';
import { ChannelAudit } from '../../../channels/channel-audit.ts';
import type { ChannelHandlers } from '../../../channels/channel-handlers.ts';
import { WebSocketGate } from '../../../channels/web-socket-gate.ts';
import { type Clock, systemClock } from '../../../clock.ts';
import { createBrowserSessions } from '../../browser-sessions/create-browser-sessions.ts';
import { createApi } from '../../../http/create-api.ts';
import { FailureLimiter } from '../../../http/failure-limiter.ts';
import { Listener } from '../../../http/listener.ts';
import { RequestAudit } from '../../../http/request-audit.ts';
import { RequestGuard } from '../../../http/request-guard.ts';
import { RequestSources } from '../../../http/request-source.ts';
import type { RouteHandlers } from '../../../http/route-handlers.ts';
import { newId } from '../../../ids.ts';
import { openDatabase } from '../../../store/database.ts';
import { MemoryLog } from '../../../testing/memory-log.ts';
import { TEST_TOKEN } from '../../../testing/test-token.ts';
import type { AppRecord } from '../../apps/app-store.ts';
import { SqlAppStore } from '../../apps/sql-app-store.ts';
import type { NewAuditEvent } from '../../audit/audit-log.ts';
import { SqlNetworkStore } from '../../networks/sql-network-store.ts';
import { sessionRow } from '../../sessions/testing/session-row.ts';
import { createTickets } from '../../tickets/create-tickets.ts';
import type { Scope } from '../decide.ts';
import { createAccess } from '../index.ts';

/** What a handler that was reached answers. */
export const REACHED = 'cancelled';

const createdAt = '2026-01-02T03:04:05.678Z';
const appNamed = (name: string, network: string): AppRecord => ({
  id: newId('app'),
  name,
  network,
  createdAt,
});

/** Builds and deploys of the app "shop". */
export const BUILD = newId('bld');
export const DEPLOY = newId('dep');

/** A session of somebody else in the app "shop". */
export const SESSION = newId('ses');

/** The doors of rigd with real users, tokens and decisions; behind each is nothing but a note that it was passed. */
export async function startMatrixApi({
  isolated,
  clock = systemClock,
  givesTickets = false,
}: {
  isolated: boolean;
  clock?: Clock;
  /** Whether the route that gives tickets is the real one. */
  givesTickets?: boolean;
}) {
  const db = await openDatabase(':memory:');
  const log = new MemoryLog();
  const closing = new AbortController();
  const apps = new SqlAppStore(db);
  const shop = appNamed('shop', 'default');
  const other = appNamed('other', 'default');
  for (const app of [shop, other]) await apps.create(app);
  const access = await createAccess({
    db,
    apps,
    deployments: {
      appOfBuild: async (id) => (id === BUILD ? shop : undefined),
      appOfDeploy: async (id) => (id === DEPLOY ? shop : undefined),
    },
    networks: new SqlNetworkStore(db),
    sessions: {
      get: async (id) =>
        id === SESSION ? { ...sessionRow({ id, appId: shop.id }), app: shop.name } : undefined,
    },
    engine: { capabilities: { isolated }, isolationProblem: () => null },
    owner: { name: 'ann', token: TEST_TOKEN },
    clock,
    log: log.logger,
  });
  let reached = 0;
  const handler = async () => {
    reached += 1;
    throw new RigError(REACHED, 'Reached.');
  };
  const everyOf = (names: object) => Object.fromEntries(Object.keys(names).map((name) => [name, handler]));
  const sources = new RequestSources();
  const { authorizer, changes } = access;
  const failures = new FailureLimiter();
  const { authenticator } = await createBrowserSessions({
    db,
    users: access.users,
    changes,
    tokens: access.authenticator,
    ownerToken: TEST_TOKEN,
    failures,
    clock,
    log: log.logger,
  });
  const guard = new RequestGuard({ authenticator, authorizer, sources, failures });
  const audited: NewAuditEvent[] = [];
  const audit = { append: async (event: NewAuditEvent) => void audited.push(event) };
  const requestAudit = new RequestAudit(audit as never, log.logger);
  const shared = { guard, sources, requestAudit, log: log.logger, closing: closing.signal };
  const tickets = createTickets({ authorizer, audit: audit as never, clock, log: log.logger });
  const handlers = { ...everyOf(routes), ...(givesTickets ? tickets.routes : {}) };
  const api = await createApi({ ...shared, handlers: handlers as unknown as RouteHandlers });
  const gate = new WebSocketGate({
    ...shared,
    authenticator,
    authorizer,
    changes,
    tickets: tickets.book,
    clock,
    audit: new ChannelAudit(audit as never),
    handlers: everyOf(channelKinds) as unknown as ChannelHandlers,
  });
  const listener = new Listener(api, log.logger);
  gate.attach(listener.server);
  const port = await listener.listen({ port: 0 });
  const close = async () => {
    closing.abort();
    await gate.close(100);
    await listener.close(100);
    await db.destroy();
  };

  const addUser = async (name: string, grants: { role: Role; scope: Scope }[]) => {
    const user = {
      id: newId('usr'),
      name,
      kind: 'user' as const,
      createdAt,
      createdBy: 'ann',
      disabledAt: null,
    };
    await access.users.create(user);
    for (const grant of grants) {
      await access.bindings.add({ ...grant, id: newId('bnd'), userId: user.id, createdAt, createdBy: 'ann' });
    }
    return user;
  };
  const issue = async (userId: string, expiresAt: string | null = null) =>
    access.issuer.issue({ userId, name: 'test', expiresAt, createdBy: 'ann' });

  return {
    port,
    close,
    access,
    apps: { shop, other },
    appStore: apps,
    roles: Object.keys(roles) as Role[],
    addUser,
    issue,
    audited,
    reached: () => reached,
  };
}
