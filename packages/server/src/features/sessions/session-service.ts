import { RigError } from '@rig-ops/contract/errors';
import type { Session } from '@rig-ops/contract/resources';
import type { SessionReport } from '@rig-ops/contract/supervisor-sessions';
import type { Engine } from '../../engines/engine.ts';
import type { Page } from '../../store/page.ts';
import type { RecordingService } from '../recordings/recording-service.ts';
import type { SessionQuery, SessionRow, SessionStore } from './session-store.ts';
import { toSession } from './to-session.ts';

/** What a program gets between SIGHUP and SIGKILL when somebody kills its session. */
const KILL_GRACE_MS = 2_000;

export interface SessionServiceDeps {
  readonly sessions: SessionStore;
  readonly recordings: Pick<RecordingService, 'describe'>;
  readonly engine: Pick<Engine, 'sessions' | 'killSession'>;
}

/** Reads and ends sessions. */
export class SessionService {
  readonly #deps: SessionServiceDeps;

  constructor(deps: SessionServiceDeps) {
    this.#deps = deps;
  }

  async list(query: SessionQuery): Promise<Page<Session>> {
    const [{ items, nextCursor }, live] = await Promise.all([this.#deps.sessions.page(query), this.#live()]);
    const recordings = await this.#deps.recordings.describe(items.map(({ id }) => id));
    return {
      items: items.map((row) => toSession(row, live.get(row.id), recordings.get(row.id))),
      nextCursor,
    };
  }

  /** @throws RigError `session_not_found` */
  async get(id: string): Promise<Session> {
    const [row, live] = await Promise.all([this.require(id), this.#live()]);
    const recordings = await this.#deps.recordings.describe([id]);
    return toSession(row, live.get(id), recordings.get(id));
  }

  /** @throws RigError `session_not_found`, `session_ended` */
  async kill(id: string): Promise<Session> {
    const row = await this.require(id);
    if (row.endedAt !== null) throw new RigError('session_ended', `The session ${id} has ended already.`);
    await this.#deps.engine.killSession(id, { why: 'killed', graceMs: KILL_GRACE_MS });
    return await this.get(id);
  }

  /** @throws RigError `session_not_found` */
  async require(id: string): Promise<SessionRow> {
    const row = await this.#deps.sessions.get(id);
    if (row !== undefined) return row;
    throw new RigError('session_not_found', `There is no session ${JSON.stringify(id)}.`);
  }

  /** What is remembered counts where the engine does not answer. */
  async #live(): Promise<Map<string, SessionReport>> {
    const reports = await this.#deps.engine.sessions().catch(() => []);
    return new Map(reports.map((report) => [report.spec.id, report]));
  }
}
