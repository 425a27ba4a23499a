import { chmod, rm } from 'node:fs/promises';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { SupervisorConfig } from '@rig-ops/contract/supervisor';
import { ChannelAudit } from './channels/channel-audit.ts';
import { serveCopy } from './channels/serve-copy.ts';
import { serveDeployEvents } from './channels/serve-deploy-events.ts';
import { serveForward } from './channels/serve-forward.ts';
import { serveLogs } from './channels/serve-logs.ts';
import { WebSocketGate } from './channels/web-socket-gate.ts';
import { type Clock, timestampOf } from './clock.ts';
import type { Engine } from './engines/engine.ts';
import { createAccess } from './features/access/index.ts';
import { createSessionPolicy } from './features/access-policies/create-session-policy.ts';
import { AppLifetimes } from './features/apps/app-lifetimes.ts';
import { AppService } from './features/apps/app-service.ts';
import { routesOfApps } from './features/apps/routes-of-apps.ts';
import { SqlAppStore } from './features/apps/sql-app-store.ts';
import { openAuditTrail } from './features/audit/audit-trail.ts';
import { AuditDrainService } from './features/audit/drains/audit-drain-service.ts';
import { AuditDrainStore } from './features/audit/drains/audit-drain-store.ts';
import { routesOfAuditDrains } from './features/audit/drains/routes-of-audit-drains.ts';
import { routesOfAudit } from './features/audit/routes-of-audit.ts';
import { createBrowserSessions } from './features/browser-sessions/create-browser-sessions.ts';
import { createBundles } from './features/bundles/index.ts';
import { readBundleLimits } from './features/bundles/read-bundle-limits.ts';
import { readConfigKeys } from './features/config/config-keys.ts';
import { SocketEdge } from './features/deploys/edge.ts';
import { createDeployments } from './features/deploys/index.ts';
import { SqlDomainStore } from './features/domains/domain-store.ts';
import { AuditedEvents } from './features/events/audited-events.ts';
import { routesOfEvents } from './features/events/routes-of-events.ts';
import { SqlEventLog } from './features/events/sql-event-log.ts';
import { LogDrainService } from './features/log-drains/log-drain-service.ts';
import { routesOfLogDrains } from './features/log-drains/routes-of-log-drains.ts';
import { SqlLogDrainStore } from './features/log-drains/sql-log-drain-store.ts';
import { LimitsFile } from './features/log-retention/log-limits-file.ts';
import { LogRetentionService } from './features/log-retention/log-retention-service.ts';
import { routesOfLogRetention } from './features/log-retention/routes-of-log-retention.ts';
import { createLogins } from './features/logins/index.ts';
import { createMetrics } from './features/metrics/index.ts';
import { NetworkService } from './features/networks/network-service.ts';
import { routesOfNetworks } from './features/networks/routes-of-networks.ts';
import { SqlNetworkStore } from './features/networks/sql-network-store.ts';
import { createPages } from './features/pages/create-pages.ts';
import { routesOfPluginPolicy } from './features/plugin-policy/routes-of-plugin-policy.ts';
import { createRecordings } from './features/recordings/create-recordings.ts';
import { createSessions } from './features/sessions/index.ts';
import { routesOfStatus } from './features/status/routes-of-status.ts';
import { StatusService } from './features/status/status-service.ts';
import { StorageMeter } from './features/status/storage/storage-meter.ts';
import { createTickets } from './features/tickets/create-tickets.ts';
import { routesOfVersion } from './features/version/routes-of-version.ts';
import { readAdminToken } from './http/admin-token.ts';
import { createApi } from './http/create-api.ts';
import { FailureLimiter } from './http/failure-limiter.ts';
import { Listener } from './http/listener.ts';
import { RequestAudit } from './http/request-audit.ts';
import { RequestGuard } from './http/request-guard.ts';
import { RequestSources } from './http/request-source.ts';
import type { RouteHandlers } from './http/route-handlers.ts';
import type { TlsFiles } from './http/tls-files.ts';
import { listenBeyondLoopback } from './listen-beyond-loopback.ts';
import { listenOnLoopback } from './listen-on-loopback.ts';
import type { Logger } from './logger.ts';
import { removePlatformRecord, writePlatformRecord } from './platform-record.ts';
import { prepareFolders } from './prepare-folders.ts';
import { readStartTime } from './read-start-time.ts';
import { openDatabase } from './store/database.ts';
import { readSetting, writeSetting } from './store/settings.ts';

export interface PlatformOptions {
  readonly layout: PlatformLayout;
  readonly config: Pick<
    SupervisorConfig,
    'listen' | 'apiPort' | 'edgePort' | 'node' | 'baseEnvironment' | 'version'
  >;
  readonly engine: Engine;
  /** Name of the user of the operating system whom the platform belongs to. */
  readonly user: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Fail a request whose answer breaks its schema; for tests. */
  readonly checkAnswers?: boolean;
}

export interface Platform {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Where other machines reach it; null when they do not. */
  readonly publicUrl: string | null;
  /** Ends in order within about a second; instances go on. */
  close(): Promise<void>;
}

/** Requests under way and channels get so long to end. */
const CLOSE_GRACE_MS = 1_000;

/**
 * Starts the control plane: opens its state, listens, goes on with what was under way.
 * @throws RigError `platform_start_failed`, `port_taken`, `disk_full`, `config_unreadable`
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { layout, config, engine, clock, log } = options;
  const startedAt = timestampOf(clock);
  await prepareFolders(layout);
  const limits = await readBundleLimits(layout.bundleLimits);
  const token = await readAdminToken(layout.token);
  const db = await openDatabase(layout.database, { exclusive: true });
  const closing = new AbortController();
  // Last made, first ended.
  const onClose: (() => Promise<unknown>)[] = [() => db.destroy()];
  const end = async () => {
    closing.abort();
    for (const close of onClose.toReversed()) await close();
  };
  try {
    const apps = new SqlAppStore(db);
    const events = new SqlEventLog(db, clock);
    const trail = await openAuditTrail({
      db,
      folder: layout.audit,
      clock,
      logger: log,
      version: config.version,
    });
    onClose.push(() => trail.close());
    const audit = trail.log;
    const auditedEvents = new AuditedEvents({
      audit,
      events,
      readPosition: async () => {
        const told = await readSetting(db, 'audit_told');
        return told === undefined ? undefined : Number(told);
      },
      savePosition: (seq) => writeSetting(db, 'audit_told', String(seq)),
      log,
    });
    onClose.push(() => auditedEvents.stop());
    await auditedEvents.start();
    const auditDrains = new AuditDrainService({
      store: new AuditDrainStore(db),
      log: audit,
      origin: { scope: 'rig.audit', platform: trail.identity.platform, version: config.version },
      clock,
    });
    trail.retention.waitFor(() => auditDrains.drainedThrough);
    onClose.push(() => auditDrains.close());
    await auditDrains.start();
    await trail.retention.start();
    const logDrains = new LogDrainService({
      store: new SqlLogDrainStore(db),
      apps,
      events,
      folder: layout.logs,
      origin: { scope: 'rig.logs', platform: trail.identity.platform, version: config.version },
      clock,
      log,
    });
    onClose.push(() => logDrains.close());
    await logDrains.start();
    const stored = createBundles({ db, layout, apps, limits, clock, log });
    onClose.push(() => stored.collector.stop());
    const { blobs, bundles } = stored;
    const edge = new SocketEdge(layout.edgeSocket);
    const { baseEnvironment, node, version } = config;
    const deployments = createDeployments({
      db,
      layout,
      engine,
      blobs,
      apps,
      bundles,
      events,
      clock,
      log,
      configKeys: await readConfigKeys(layout.configKeys),
      baseEnvironment,
      node,
      edge,
      hostPort: config.edgePort,
    });
    const recordings = createRecordings({ db, folder: layout.recordings, audit, clock, log });
    onClose.push(() => recordings.sweeper.close());
    const networks = new SqlNetworkStore(db);
    await engine.prepare();
    const sessions = await createSessions({
      db,
      layout,
      engine,
      deployments,
      recordings: recordings.service,
      audit,
      clock,
      log,
    });
    onClose.push(() => sessions.stop());
    const access = await createAccess({
      db,
      apps,
      networks,
      deployments,
      sessions: sessions.store,
      engine,
      owner: { name: options.user, token },
      clock,
      log,
    });
    const failures = new FailureLimiter();
    const browsers = await createBrowserSessions({
      db,
      users: access.users,
      changes: access.changes,
      tokens: access.authenticator,
      ownerToken: token,
      failures,
      clock,
      log,
    });
    const { authenticator } = browsers;
    const sessionPolicy = createSessionPolicy({ db, apps, access, audit, events, clock });
    const tickets = createTickets({ authorizer: access.authorizer, audit, clock, log });
    const lifetimes = new AppLifetimes();
    const logRetention = new LogRetentionService(new LimitsFile(layout.logLimits));
    const appService = new AppService({
      apps,
      deployments,
      blobs,
      events,
      lifetimes,
      layout,
      logRetention,
      drains: logDrains,
      domains: new SqlDomainStore(db),
      clock,
    });
    let url = '';
    let tls: TlsFiles | undefined;
    const storage = new StorageMeter(layout, clock);
    const status = new StatusService({
      apps: appService,
      deployments,
      networks,
      sessions: sessions.store,
      drains: { logs: () => logDrains.list(), audit: () => auditDrains.list() },
      storage,
      retentions: {
        logs: () => logRetention.get(),
        recordings: recordings.settings,
        audit: () => trail.retention.read(),
      },
      clock,
      events,
      edge,
      layout,
      engine,
      reporters: [
        () => deployments.problems(),
        async () => {
          const found = await engine.problem();
          return found === null ? [] : [{ code: 'engine_away', app: null, ...found }];
        },
        async () => [...trail.problems(), ...auditDrains.problems()],
        async () => tls?.problems() ?? [],
        () => logDrains.problems(),
        () => stored.problems(),
        access.problems,
      ],
      platform: { version, startedAt, url: () => url },
    });
    const metrics = createMetrics({ db, apps, edge, engine, root: layout.root, version, clock, log });
    const sources = new RequestSources();
    const { users, issuer } = access;
    const logins = createLogins({
      db,
      users,
      issuer,
      browsers: browsers.service,
      authenticator,
      sources,
      failures,
      audit,
      clock,
      log,
    });
    const pages = createPages({ sources, log });
    const handlers: RouteHandlers = {
      ...routesOfVersion(version),
      ...routesOfStatus(status),
      ...metrics.routes,
      ...routesOfEvents(events),
      ...routesOfAudit(trail),
      ...routesOfAuditDrains(auditDrains),
      ...routesOfLogDrains(logDrains),
      ...routesOfLogRetention(logRetention, apps),
      ...logins.routes,
      ...browsers.routes,
      ...access.routes,
      ...sessionPolicy.routes,
      ...tickets.routes,
      ...routesOfNetworks(
        new NetworkService({
          networks,
          apps,
          engine,
          log,
          changes: access.changes,
          drains: logDrains,
          events,
          clock,
        }),
      ),
      ...routesOfApps(appService),
      ...stored.routes,
      ...deployments.routes,
      ...sessions.routes,
      ...recordings.routes,
      ...routesOfPluginPolicy(db),
    };

    const guard = new RequestGuard({
      authenticator,
      authorizer: access.authorizer,
      sources,
      failures,
    });
    const requestAudit = new RequestAudit(audit, log);
    const api = await createApi({
      handlers,
      guard,
      sources,
      requestAudit,
      log,
      closing: closing.signal,
      ...(options.checkAnswers === undefined ? {} : { checkAnswers: options.checkAnswers }),
    });
    const channelAudit = new ChannelAudit(audit);
    const gate = new WebSocketGate({
      guard,
      sources,
      requestAudit,
      authenticator,
      authorizer: access.authorizer,
      changes: access.changes,
      audit: channelAudit,
      tickets: tickets.book,
      clock,
      log,
      closing: closing.signal,
      handlers: {
        logs: serveLogs({ layout, apps, deployments, lifetimes, events, audit: channelAudit }),
        'deploy-events': serveDeployEvents(deployments),
        ...sessions.channels({
          apps,
          networks,
          audit: channelAudit,
          policy: sessionPolicy.policy,
          baseEnvironment,
          node,
        }),
        copy: serveCopy({ apps, deployments, engine, audit: channelAudit, policy: sessionPolicy.policy }),
        forward: serveForward({
          apps,
          deployments,
          engine,
          audit: channelAudit,
          policy: sessionPolicy.policy,
        }),
      },
    });

    const served = pages.before(logins.before(api));
    const local = new Listener(served, log);
    const loopback = new Listener(served, log);
    const door =
      config.listen == null
        ? undefined
        : await listenBeyondLoopback(config.listen, { api: served, sources, clock, log });
    tls = door?.tls;
    local.server.on('connection', (socket) => sources.markLocal(socket));
    for (const { server } of [local, loopback, ...(door === undefined ? [] : [door.listener])]) {
      gate.attach(server);
    }
    let resumed: Promise<unknown> = Promise.resolve();
    onClose.push(
      // Behind the stop of the deployments, which cuts short what it waits for.
      () => resumed,
      () => deployments.stop(),
      () => storage.stop(),
      () => metrics.recorder.stop(),
      () =>
        Promise.all(
          [local, loopback, ...(door === undefined ? [] : [door])].map((each) => each.close(CLOSE_GRACE_MS)),
        ),
      () => gate.close(CLOSE_GRACE_MS),
    );
    await deployments.start();
    sessions.start({
      authenticator,
      policy: sessionPolicy.policy,
      changes: access.changes,
      apps,
    });
    stored.collector.start();
    await metrics.recorder.start();
    storage.start();
    recordings.sweeper.start();
    // Nobody else can be listening: the database is locked by this process.
    await rm(layout.rigdSocket, { force: true });
    await local.listen({ socketPath: layout.rigdSocket });
    await chmod(layout.rigdSocket, 0o600);
    url = `http://127.0.0.1:${await listenOnLoopback(loopback, config.apiPort, db, log)}`;
    const publicUrl = (await door?.open()) ?? null;
    onClose.push(() => removePlatformRecord(layout.platformRecord));
    await writePlatformRecord(layout.platformRecord, {
      pid: process.pid,
      startTime: readStartTime(),
      version,
      url,
      publicUrl,
      socket: layout.rigdSocket,
      startedAt,
    });
    resumed = appService.resumeDestroys().catch((error: unknown) => {
      log.error('Removing an app could not be finished', { error });
    });
    await events.append({
      app: null,
      kind: 'platform.started',
      message: `rigd ${version} started.`,
      details: { version },
    });
    return { url, publicUrl, close: end };
  } catch (error) {
    await end();
    throw error;
  }
}
