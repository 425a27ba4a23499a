import { statfs } from 'node:fs/promises';
import type { EdgeStatus } from '@rig-ops/contract/edge';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { Problem, Status } from '@rig-ops/contract/resources';
import { decide, reachOf, type Subject } from '../access/decide.ts';
import { PLATFORM } from '../access/target.ts';
import type { AppService } from '../apps/app-service.ts';
import type { Edge } from '../deploys/edge.ts';
import { type EventLog, eventReachOf } from '../events/event-log.ts';
import { findProblems } from './find-problems.ts';

/** The status screen must come up although a part of the platform hangs. */
const EDGE_TIMEOUT_MS = 1_000;
const SHOWN_EVENTS = 10;

export interface StatusServiceDeps {
  readonly apps: Pick<AppService, 'listAll'>;
  /** Parts of the platform that find problems of their own. */
  readonly reporters: readonly (() => Promise<Problem[]>)[];
  readonly events: EventLog;
  readonly edge: Edge;
  readonly layout: PlatformLayout;
  readonly engine: { readonly name: string };
  readonly platform: { readonly version: string; readonly startedAt: string; readonly url: () => string };
}

/** Reads everything that matters at a glance. */
export class StatusService {
  readonly #deps: StatusServiceDeps;

  constructor(deps: StatusServiceDeps) {
    this.#deps = deps;
  }

  /** What of it a user may see. */
  async read(caller: Subject): Promise<Status> {
    const { apps, reporters, events, layout, engine, platform } = this.#deps;
    const [allApps, latest, disk, edge, reported] = await Promise.all([
      apps.listAll(reachOf(caller, 'app.read')),
      events.list({ limit: SHOWN_EVENTS }, eventReachOf(caller)),
      statfs(layout.root),
      this.#readEdge(),
      Promise.all(reporters.map((report) => report())),
    ]);
    const diskFreeBytes = disk.bavail * disk.bsize;
    const shown = new Set(allApps.map(({ name }) => name));
    const seesPlatform = decide(caller, 'platform.read', PLATFORM).allowed;
    const problems = findProblems({
      apps: allApps,
      diskFreeBytes,
      root: layout.root,
      edge,
      reported: reported.flat(),
    }).filter(({ app }) => (app === null ? seesPlatform : shown.has(app)));
    return {
      healthy: problems.length === 0,
      platform: {
        version: platform.version,
        engine: engine.name,
        url: platform.url(),
        edgeUrl: edge?.hostPort == null ? null : `http://localhost:${edge.hostPort}`,
        startedAt: platform.startedAt,
        pid: process.pid,
        memoryBytes: process.memoryUsage.rss(),
        diskFreeBytes,
      },
      apps: allApps,
      events: latest.items,
      problems,
    };
  }

  async #readEdge(): Promise<EdgeStatus | undefined> {
    try {
      return await this.#deps.edge.status(0, AbortSignal.timeout(EDGE_TIMEOUT_MS));
    } catch {
      // An edge that does not answer is what the status is to tell, not a reason to tell nothing.
      return undefined;
    }
  }
}
