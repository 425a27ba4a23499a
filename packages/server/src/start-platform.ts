import { chmod, rm } from 'node:fs/promises';
import type { RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { SupervisorConfig } from '@rig-ops/contract/supervisor';
import { ChannelAudit } from './channels/channel-audit.ts';
import { createChannelHandlers } from './channels/create-channel-handlers.ts';
import { WebSocketGate } from './channels/web-socket-gate.ts';
import { type Clock, timestampOf } from './clock.ts';
import { createWaysIn } from './create-ways-in.ts';
import type { Engine } from './engines/engine.ts';
import { createAccess } from './features/access/index.ts';
import { createSessionPolicy } from './features/access-policies/create-session-policy.ts';
import { AppLifetimes } from './features/apps/app-lifetimes.ts';
import { AppService } from './features/apps/app-service.ts';
import { routesOfApps } from './features/apps/routes-of-apps.ts';
import { SqlAppStore } from './features/apps/sql-app-store.ts';
import { createArtifacts } from './features/artifacts/create-artifacts.ts';
import { PodAddress } from './features/artifacts/pod-address.ts';
import { openAuditTrail } from './features/audit/audit-trail.ts';
import { routesOfAudit } from './features/audit/routes-of-audit.ts';
import { createBundles } from './features/bundles/index.ts';
import { readBundleLimits } from './features/bundles/read-bundle-limits.ts';
import { readConfigKeys } from './features/config/config-keys.ts';
import { SocketEdge } from './features/deploys/edge.ts';
import { createDeployments } from './features/deploys/index.ts';
import { SqlDomainStore } from './features/domains/domain-store.ts';
import { tellAuditedEvents } from './features/events/tell-audited-events.ts';
import { routesOfEvents } from './features/events/routes-of-events.ts';
import { SqlEventLog } from './features/events/sql-event-log.ts';
import { createImages } from './features/images/create-images.ts';
import { LimitsFile } from './features/log-retention/log-limits-file.ts';
import { LogRetentionService } from './features/log-retention/log-retention-service.ts';
import { routesOfLogRetention } from './features/log-retention/routes-of-log-retention.ts';
import { createMetrics } from './features/metrics/index.ts';
import { createNetworks } from './features/networks/create-networks.ts';
import { routesOfPluginPolicy } from './features/plugin-policy/routes-of-plugin-policy.ts';
import { createRecordings } from './features/recordings/create-recordings.ts';
import { createSessions } from './features/sessions/index.ts';
import { createStatus } from './features/status/create-status.ts';
import { createTickets } from './features/tickets/create-tickets.ts';
import { createWebhooks } from './features/webhooks/create-webhooks.ts';
import { routesOfHealth } from './features/health/routes-of-health.ts';
import { routesOfVersion } from './features/version/routes-of-version.ts';
import { readAdminToken } from './http/admin-token.ts';
import { createApi } from './http/create-api.ts';
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
import { startDrains } from './start-drains.ts';
import { readStartTime } from './read-start-time.ts';
import { noteBegun } from './store/database-record.ts';
import { openState } from './store/open-state.ts';

export interface PlatformOptions {
  readonly layout: PlatformLayout;
  readonly config: Pick<
    SupervisorConfig,
    | 'listen'
    | 'pods'
    | 'registry'
    | 'apiPort'
    | 'edgePort'
    | 'node'
    | 'baseEnvironment'
    | 'version'
    | 'docker'
  >;
  readonly engine: Engine;
  /** What networks may run on otherwise. */
  readonly otherEngines?: readonly Engine[];
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
  /** Resolves when the database is this platform's no more: it is to be closed then. */
  readonly lost: Promise<RigError>;
  /** Ends in order within about a second; instances go on. */
  close(): Promise<void>;
}

/** Requests under way and channels get so long to end. */
const CLOSE_GRACE_MS = 1_000;

/**
 * Starts the control plane: opens its state, listens, goes on with what was under way.
 * @throws RigError `platform_start_failed`, `port_taken`, `disk_full`, `config_unreadable`, and those of the database
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { layout, config, engine, clock, log } = options;
  const startedAt = timestampOf(clock);
  await prepareFolders(layout);
  const limits = await readBundleLimits(layout.bundleLimits);
  const token = await readAdminToken(layout.token);
  const { db, place, lost } = await openState(layout);
  const closing = new AbortController();
  // Last made, first ended.
  const onClose: (() => Promise<unknown>)[] = [() => db.destroy()];
  const end = async () => {
    closing.abort();
    for (const close of onClose.toReversed()) await close();
  };
  try {
    const apps = new SqlAppStore(db);
    const ofNetworks = await createNetworks({ db, layout, engine, otherEngines: options.otherEngines, log });
    const { networks, engines, removals } = ofNetworks;
    const events = new SqlEventLog(db, clock);
    const { baseEnvironment, node, version } = config;
    const trail = await openAuditTrail({ db, folder: layout.audit, clock, logger: log, version });
    onClose.push(() => trail.close());
    await noteBegun(db, layout.databaseRecord, { platform: trail.identity.platform, place });
    const audit = trail.log;
    onClose.push(await tellAuditedEvents(db, { audit, events, log }));
    const { logs: folder } = layout;
    const drains = await startDrains({ db, trail, apps, events, folder, version, clock, log });
    onClose.push(drains.close);
    await trail.retention.start();
    const stored = createBundles({ db, layout, apps, limits, clock, log });
    onClose.push(() => stored.collector.stop());
    const { blobs, bundles } = stored;
    const edge = new SocketEdge(layout.edgeSocket);
    const keys = await readConfigKeys(layout.configKeys);
    const { images, problems, registries, arePushed, ...ofImages } = await createImages(config, layout);
    onClose.push(ofImages.close);
    const artifacts = createArtifacts({ db, layout, apps, keys, settings: config.pods ?? null, clock });
    const podAddress = new PodAddress({
      settings: config.pods ?? null,
      isUsed: () => !arePushed && engines.inUse.some(({ capabilities }) => capabilities.fetchesFiles),
    });
    const deployments = createDeployments({
      archives: artifacts.archives,
      filesOf: (release) => artifacts.pods.of(release),
      requirePodAddress: () => arePushed || podAddress.require(),
      podImage: config.pods?.image ?? null,
      db,
      layout,
      engines,
      blobs,
      apps,
      bundles,
      images,
      registries,
      events,
      clock,
      log,
      configKeys: keys,
      baseEnvironment,
      node,
      edge,
      hostPort: config.edgePort,
    });
    const { platform } = trail.identity;
    const webhooks = await createWebhooks({ db, apps, events, keys, platform, version, clock, log });
    onClose.push(webhooks.close);
    const recordings = createRecordings({ db, folder: layout.recordings, audit, clock, log });
    onClose.push(() => recordings.sweeper.close());
    await engines.prepare();
    const sessions = await createSessions({
      db,
      layout,
      engine,
      engines,
      deployments,
      images,
      podImage: config.pods?.image ?? null,
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
      engine: engines,
      owner: { name: options.user, token },
      clock,
      log,
    });
    const sources = new RequestSources();
    const ways = await createWaysIn({ db, access, ownerToken: token, sources, audit, clock, log });
    const { authenticator } = ways;
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
      drains: drains.logs,
      domains: new SqlDomainStore(db),
      clock,
    });
    let url = '';
    let serves = false;
    let tls: TlsFiles | undefined;
    const status = createStatus({
      apps: appService,
      deployments,
      networks,
      sessions: sessions.store,
      drains,
      logRetention,
      recordings,
      trail,
      reporters: [
        async () => tls?.problems() ?? [],
        webhooks.problems,
        () => stored.problems(),
        access.problems,
        async () => await podAddress.problems(),
        async () => await removals.problems(),
        problems,
      ],
      events,
      edge,
      layout,
      engines,
      clock,
      platform: { version, startedAt, url: () => url, database: place, registry: config.registry },
    });
    const metrics = createMetrics({ db, apps, edge, engine, root: layout.root, version, clock, log });
    const handlers: RouteHandlers = {
      ...routesOfVersion(version),
      ...routesOfHealth({ db, engine, edge, serves: () => serves && !closing.signal.aborted }),
      ...status.routes,
      ...metrics.routes,
      ...routesOfEvents(events),
      ...routesOfAudit(trail),
      ...drains.routes,
      ...webhooks.routes,
      ...routesOfLogRetention(logRetention, apps),
      ...ways.routes,
      ...access.routes,
      ...sessionPolicy.routes,
      ...tickets.routes,
      ...ofNetworks.routesWith({ apps, changes: access.changes, drains: drains.logs, events, clock }),
      ...routesOfApps(appService),
      ...stored.routes,
      ...deployments.routes,
      ...artifacts.routesWith({ audit, failures: ways.failures }),
      ...sessions.routes,
      ...recordings.routes,
      ...routesOfPluginPolicy(db),
    };

    const guard = new RequestGuard({
      authenticator,
      authorizer: access.authorizer,
      sources,
      failures: ways.failures,
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
      handlers: createChannelHandlers({
        layout,
        apps,
        networks,
        deployments,
        lifetimes,
        events,
        engine,
        engines,
        sessions,
        policy: sessionPolicy.policy,
        audit: channelAudit,
        baseEnvironment,
        node,
      }),
    });

    const served = ways.before(api);
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
      () => status.storage.stop(),
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
    removals.start();
    onClose.push(() => removals.stop());
    stored.collector.start();
    // Behind everything: of many apps there is much to read, and it is nothing that somebody waits for.
    void metrics.recorder.start();
    status.storage.start();
    recordings.sweeper.start();
    // Nobody else can be listening: the database is locked by this process.
    await rm(layout.rigdSocket, { force: true });
    await local.listen({ socketPath: layout.rigdSocket });
    await chmod(layout.rigdSocket, 0o600);
    url = `http://127.0.0.1:${await listenOnLoopback(loopback, config.apiPort, db, log)}`;
    const publicUrl = (await door?.open()) ?? null;
    serves = true;
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
    return { url, publicUrl, lost, close: end };
  } catch (error) {
    await end();
    throw error;
  }
}
