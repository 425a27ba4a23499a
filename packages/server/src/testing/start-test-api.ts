import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { ChannelHandlers } from '../channels/channel-handlers.ts';
import { ChannelAudit } from '../channels/channel-audit.ts';
import { WebSocketGate } from '../channels/web-socket-gate.ts';
import { systemClock } from '../clock.ts';
import { createBrowserSessions } from '../features/browser-sessions/create-browser-sessions.ts';
import { openAuditTrail } from '../features/audit/audit-trail.ts';
import { routesOfAudit } from '../features/audit/routes-of-audit.ts';
import { toIdentity } from '../features/access/to-identity.ts';
import { routesOfVersion } from '../features/version/routes-of-version.ts';
import { createTickets } from '../features/tickets/create-tickets.ts';
import { createApi } from '../http/create-api.ts';
import { FailureLimiter } from '../http/failure-limiter.ts';
import { Listener } from '../http/listener.ts';
import { RequestAudit } from '../http/request-audit.ts';
import { RequestGuard } from '../http/request-guard.ts';
import { RequestSources } from '../http/request-source.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { openDatabase } from '../store/database.ts';
import { createTestAccess } from './create-test-access.ts';
import { MemoryLog } from './memory-log.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';
import { TEST_TOKEN } from './test-token.ts';

/** Serves the API with the handlers of one test, on a port and on a unix socket. */
export async function startTestApi(
  test: Pick<TestContext, 'after'>,
  handlers: Partial<RouteHandlers> = {},
  channels: Partial<ChannelHandlers> = {},
  wantedPort = 0,
) {
  const folder = await makeTemporaryFolder(test);
  const db = await openDatabase(':memory:');
  const log = new MemoryLog();
  const trail = await openAuditTrail({
    db,
    folder,
    clock: systemClock,
    logger: log.logger,
    version: '1.2.3',
  });
  const audit = trail.log;
  const closing = new AbortController();
  const sources = new RequestSources();
  const access = await createTestAccess(log.logger);
  const { authorizer, changes } = access;
  const failures = new FailureLimiter();
  const { authenticator } = await createBrowserSessions({
    db,
    users: access.users,
    changes,
    tokens: access.authenticator,
    ownerToken: TEST_TOKEN,
    failures,
    clock: systemClock,
    log: log.logger,
  });
  const guard = new RequestGuard({ authenticator, authorizer, sources, failures });
  const requestAudit = new RequestAudit(audit, log.logger);
  const api = await createApi({
    handlers: {
      ...routesOfVersion('1.2.3'),
      ...routesOfAudit(trail),
      whoami: ({ identity }) => toIdentity(identity, access.apps),
      ...handlers,
    } as RouteHandlers,
    guard,
    sources,
    requestAudit,
    log: log.logger,
    closing: closing.signal,
    checkAnswers: true,
  });
  const gate = new WebSocketGate({
    handlers: channels as ChannelHandlers,
    guard,
    sources,
    requestAudit,
    authenticator,
    authorizer,
    changes,
    tickets: createTickets({ authorizer, audit: audit, clock: systemClock, log: log.logger }).book,
    clock: systemClock,
    audit: new ChannelAudit(audit),
    log: log.logger,
    closing: closing.signal,
  });
  const loopback = new Listener(api, log.logger);
  const local = new Listener(api, log.logger);
  local.server.on('connection', (socket) => sources.markLocal(socket));
  gate.attach(loopback.server);
  const socketPath = join(folder, 'api.sock');
  const port = await loopback.listen({ port: wantedPort });
  await local.listen({ socketPath });
  test.after(async () => {
    closing.abort();
    await gate.close(100);
    await Promise.all([loopback, local].map((listener) => listener.close(100)));
    await trail.close();
    await db.destroy();
  });
  return { port, socketPath, audit, log, closing, gate, access };
}
