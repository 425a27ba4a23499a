import { statfs } from 'node:fs/promises';
import type { DatabasePlace } from '@rig-ops/contract/database-place';
import type { EdgeStatus } from '@rig-ops/contract/edge';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type {
  AppDetails,
  AuditDrain,
  DeployUnderWay,
  DrainState,
  LogDrain,
  Problem,
  Status,
} from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../clock.ts';
import type { Deployments } from '../../deployments.ts';
import { PatientQuestion } from '../../patient-question.ts';
import { decide, reachOf, type Subject } from '../access/decide.ts';
import { PLATFORM } from '../access/target.ts';
import type { AppService } from '../apps/app-service.ts';
import type { Edge } from '../deploys/edge.ts';
import { type EventLog, eventReachOf } from '../events/event-log.ts';
import type { NetworkStore } from '../networks/network-store.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { countSessions } from './count-sessions.ts';
import { describeDrain } from './describe-drain.ts';
import { describeEngine, type ToldEngine } from './describe-engine.ts';
import { describeNetworks } from './describe-networks.ts';
import { findProblems } from './find-problems.ts';
import { describeStorage, type Retentions } from './storage/describe-storage.ts';
import type { StorageMeter } from './storage/storage-meter.ts';

/** The status screen must come up within a second although a part of the platform hangs. */
const EDGE_PATIENCE_MS = 600;
/** How far behind a drain is takes a look at every log that it sends. */
const DRAINS_MS = 2_000;
const SHOWN_EVENTS = 10;

export interface StatusServiceDeps {
  readonly apps: Pick<AppService, 'listAll'>;
  readonly deployments: Pick<Deployments, 'underWay' | 'mirror'>;
  readonly networks: Pick<NetworkStore, 'list'>;
  readonly sessions: Pick<SessionStore, 'running'>;
  readonly drains: { readonly logs: () => Promise<LogDrain[]>; readonly audit: () => AuditDrain[] };
  readonly storage: Pick<StorageMeter, 'latest'>;
  readonly retentions: Retentions;
  /** Parts of the platform that find problems of their own. */
  readonly reporters: readonly (() => Promise<Problem[]>)[];
  readonly events: EventLog;
  readonly edge: Edge;
  readonly layout: PlatformLayout;
  readonly engines: { readonly own: ToldEngine; readonly inUse: readonly ToldEngine[] };
  readonly clock: Clock;
  readonly platform: {
    readonly version: string;
    readonly startedAt: string;
    readonly url: () => string;
    readonly database: DatabasePlace;
    /** Where images are pushed to. */
    readonly registry?: string | null | undefined;
  };
}

/** Reads everything that matters at a glance. Costs as many questions for a hundred apps as for one. */
export class StatusService {
  readonly #deps: StatusServiceDeps;
  readonly #edge: PatientQuestion<EdgeStatus>;
  readonly #logDrains: PatientQuestion<LogDrain[]>;

  constructor(deps: StatusServiceDeps) {
    this.#deps = deps;
    this.#edge = new PatientQuestion(
      () => deps.edge.status(0, AbortSignal.timeout(EDGE_PATIENCE_MS * 2)),
      EDGE_PATIENCE_MS,
    );
    this.#logDrains = new PatientQuestion(() => deps.drains.logs(), EDGE_PATIENCE_MS);
  }

  /** What of it a user may see. */
  async read(caller: Subject): Promise<Status> {
    const { apps, clock, deployments, engines, events, layout, networks, platform, reporters, sessions } =
      this.#deps;
    const seesPlatform = decide(caller, 'platform.read', PLATFORM).allowed;
    const [allApps, underWay, allNetworks, running, latest, disk, edge, drains, reported] = await Promise.all(
      [
        apps.listAll(reachOf(caller, 'app.read')),
        deployments.underWay(),
        networks.list(),
        sessions.running(),
        events.list({ limit: SHOWN_EVENTS }, eventReachOf(caller)),
        statfs(layout.root),
        this.#edge.answer(),
        this.#readDrains(caller),
        Promise.all(reporters.map((report) => report())),
      ],
    );
    const diskFreeBytes = disk.bavail * disk.bsize;
    const shown = new Set(allApps.map(({ name }) => name));
    const problems = findProblems({
      apps: allApps,
      diskFreeBytes,
      root: layout.root,
      edge,
      reported: reported.flat(),
    }).filter(({ app }) => (app === null ? seesPlatform : shown.has(app)));
    return {
      at: timestampOf(clock),
      healthy: problems.length === 0,
      platform: {
        version: platform.version,
        engine: engines.own.name,
        url: platform.url(),
        edgeUrl: edge?.hostPort == null ? null : `http://localhost:${edge.hostPort}`,
        startedAt: platform.startedAt,
        database: platform.database,
        ...(platform.registry == null ? {} : { registry: platform.registry }),
        pid: process.pid,
        memoryBytes: process.memoryUsage.rss(),
        diskFreeBytes,
      },
      engine: describeEngine(engines.own, seesPlatform),
      engines: engines.inUse.map((engine) => describeEngine(engine, seesPlatform)),
      networks: describeNetworks(allNetworks, {
        apps: allApps,
        problems,
        reach: reachOf(caller, 'network.read'),
      }),
      deploys: describeDeploys(underWay, allApps),
      sessions: countSessions(running, (id) => deployments.mirror.session(id), {
        reach: reachOf(caller, 'sessions.read'),
        userId: caller.userId,
      }),
      drains,
      storage: seesPlatform
        ? await describeStorage(disk, layout.root, this.#deps.storage, this.#deps.retentions)
        : null,
      apps: allApps,
      events: latest.items,
      problems,
    };
  }

  async #readDrains(caller: Subject): Promise<DrainState[] | null> {
    const [seesLogs, seesAudit] = (['drains.read', 'audit.read'] as const).map(
      (verb) => decide(caller, verb, PLATFORM).allowed,
    );
    if (seesLogs !== true && seesAudit !== true) return null;
    const logs = seesLogs === true ? ((await this.#logDrains.answer(DRAINS_MS)) ?? []) : [];
    const audit = seesAudit === true ? this.#deps.drains.audit() : [];
    return [
      ...logs.map((drain) => describeDrain('logs', drain)),
      ...audit.map((drain) => describeDrain('audit', drain)),
    ];
  }
}

function describeDeploys(
  underWay: Awaited<ReturnType<Deployments['underWay']>>,
  apps: readonly AppDetails[],
): DeployUnderWay[] {
  const shown = new Set(apps.map(({ id }) => id));
  return underWay
    .filter(({ appId }) => shown.has(appId))
    .map(({ appName, createdAt, createdBy, id, kind, release, status, step }) => ({
      id,
      app: appName,
      kind,
      release,
      // A deploy that has just begun is about to be built.
      step: status === 'queued' ? 'queued' : (step ?? 'build'),
      startedAt: createdAt,
      user: createdBy,
    }));
}
