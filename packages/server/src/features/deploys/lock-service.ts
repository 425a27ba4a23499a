import type { DeployLock } from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../clock.ts';
import type { AppStore } from '../apps/app-store.ts';
import { requireApp } from '../apps/require-app.ts';
import type { EventLog } from '../events/event-log.ts';
import { appLocked } from './blocked-deploy.ts';
import type { DeployLockRecord, DeployLockStore } from './deploy-lock-store.ts';

export interface LockServiceOptions {
  apps: AppStore;
  locks: DeployLockStore;
  events: EventLog;
  clock: Clock;
  /** Called after an app was unlocked. */
  onUnlock: (appId: string) => void;
}

const toLock = ({ owner, reason, since, until }: DeployLockRecord): DeployLock => ({
  owner,
  reason,
  since,
  until,
});

/** Takes and ends locks of apps. A lock concerns what begins after it; what is under way goes on. */
export class LockService {
  readonly #options: LockServiceOptions;

  constructor(options: LockServiceOptions) {
    this.#options = options;
  }

  /** @throws RigError `app_not_found`, `app_locked` */
  async lock(
    name: string,
    user: string,
    { reason, seconds }: { reason?: string; seconds?: number },
  ): Promise<DeployLock> {
    const { apps, clock, events, locks } = this.#options;
    const app = await requireApp(apps, name);
    const since = timestampOf(clock);
    const end = clock.now().getTime() + (seconds ?? 0) * 1000;
    const until = seconds === undefined ? null : new Date(end).toISOString();
    const lock = await locks.take({ appId: app.id, owner: user, reason: reason ?? null, since, until });
    if (lock.owner !== user) throw appLocked(app.name, lock, since);
    const why = lock.reason === null ? '' : `: ${lock.reason}`;
    await events.append({
      app: app.name,
      kind: 'app.locked',
      user,
      message: `${user} locked ${app.name}${why}.`,
      details: { reason: lock.reason, until: lock.until },
    });
    return toLock(lock);
  }

  /** @throws RigError `app_not_found`, `app_locked` when it is of somebody else and `force` is not given */
  async unlock(name: string, user: string, force: boolean): Promise<DeployLock | null> {
    const { apps, clock, events, locks, onUnlock } = this.#options;
    const app = await requireApp(apps, name);
    const at = timestampOf(clock);
    const lock = await locks.get(app.id, at);
    if (lock === null) return null;
    if (lock.owner !== user && !force) throw appLocked(app.name, lock, at);
    await locks.release(app.id, lock.owner);
    onUnlock(app.id);
    const whose = lock.owner === user ? '' : ` of ${lock.owner}`;
    const message = `${user} ended the lock${whose} on ${app.name}.`;
    await events.append({
      app: app.name,
      kind: 'app.unlocked',
      user,
      message,
      details: { owner: lock.owner },
    });
    return toLock(lock);
  }

  /** The lock of an app; null when it has none. */
  async of(appId: string): Promise<DeployLock | null> {
    const lock = await this.#options.locks.get(appId, timestampOf(this.#options.clock));
    return lock === null ? null : toLock(lock);
  }

  /** The locks there are, by id of the app. */
  async all(): Promise<Map<string, DeployLock>> {
    const { clock, locks } = this.#options;
    return new Map((await locks.all(timestampOf(clock))).map((lock) => [lock.appId, toLock(lock)]));
  }
}
