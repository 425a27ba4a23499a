import { isDeepStrictEqual } from 'node:util';
import { isRigError, RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { DeployHolder } from '@rig-ops/contract/resources';
import type { DeployGuard } from '@rig-ops/contract/routes';
import { type Clock, timestampOf } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import { deployInProgress, holderOfDeploy, holderOfLock } from './blocked-deploy.ts';
import type { DeployLockStore } from './deploy-lock-store.ts';
import type { DeployRecord, DeployStore, NewDeploy, QueuedDeploy } from './deploy-store.ts';
import { cancelledBy } from './deploy-transitions.ts';

/** How many deploys of an app may wait. */
const MOST_WAITING = 50;
/** `setTimeout` takes no longer one; it is set again then. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface DeployQueueOptions {
  deploys: DeployStore;
  locks: DeployLockStore;
  clock: Clock;
  log: Logger;
  /** Begins a deploy that was noted. */
  begin: (deploy: DeployRecord) => void;
  onChange: (deployId: string) => void;
}

/** How a queued deploy waits. */
export interface QueuePlace {
  position: number;
  until: string;
  waitsFor: DeployHolder | null;
}

const isBlocked = (error: unknown): boolean =>
  isRigError(error) && (error.code === 'deploy_in_progress' || error.code === 'app_locked');

/** What two orders of the same may differ in; the build of a deploy is found only on the way. */
const OWN = new Set<string>(['id', 'createdAt', 'message', 'buildId', 'rollout']);

/** Whether a deploy under way does what another one asks for, for the same user. */
function isSameOrder(running: DeployRecord, order: NewDeploy): boolean {
  const keys = (Object.keys(order) as (keyof NewDeploy)[]).filter((key) => !OWN.has(key));
  const isSameRollout = isDeepStrictEqual(running.rollout.order, order.rollout?.order ?? null);
  return isSameRollout && keys.every((key) => isDeepStrictEqual(running[key], order[key]));
}

/**
 * Lets the deploys of an app begin one after the other, in the order they were asked for. Who waits is stored,
 * so that the next life of rigd goes on with them.
 */
export class DeployQueue {
  readonly #options: DeployQueueOptions;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #advancing = new Map<string, Promise<void>>();
  #stopped = false;

  constructor(options: DeployQueueOptions) {
    this.#options = options;
  }

  /**
   * Begins a deploy or, with `waitSeconds`, queues it when it cannot begin now.
   * @throws RigError `deploy_in_progress`, `app_locked`, `plan_stale`
   */
  async order(deploy: NewDeploy, { expect, waitSeconds }: DeployGuard): Promise<DeployRecord> {
    const { begin, clock, deploys } = this.#options;
    const waiting = await deploys.queued(deploy.appId);
    if (waiting.length === 0 || waitSeconds === undefined) {
      try {
        const others = waiting[0]?.deploy;
        // Who does not wait does not go before those that do either.
        if (others !== undefined) throw this.#behind(others);
        const begun = await deploys.create(deploy, timestampOf(clock), expect);
        begin(begun);
        return begun;
      } catch (error) {
        if (!isBlocked(error)) throw error;
        const same = await this.#sameUnderWay(deploy);
        if (same?.id === deploy.id) return same;
        if (same !== null) throw deployInProgress(deploy.appName, same, timestampOf(clock), true);
        if (waitSeconds === undefined) throw error;
      }
    }
    if (waiting.length >= MOST_WAITING)
      throw new RigError(
        'deploy_in_progress',
        `${waiting.length} deploys of ${deploy.appName} wait already.`,
      );
    const until = new Date(clock.now().getTime() + waitSeconds * 1000).toISOString();
    const queued = await deploys.enqueue({ deploy, until });
    void this.advance(deploy.appId);
    return queued;
  }

  /** Lets the next one of an app begin if it can. Called whenever something that was waited for has ended. */
  advance(appId: string): Promise<void> {
    const before = this.#advancing.get(appId) ?? Promise.resolve();
    const next = before
      .then(() => this.#advance(appId))
      .catch((error: unknown) => {
        if (!this.#stopped) this.#options.log.error('the queue of an app is stuck', { error, appId });
      });
    this.#advancing.set(appId, next);
    return next;
  }

  /** Ends a deploy that waits; nothing happens when it does not wait any more. */
  async cancel(id: string, user: string): Promise<void> {
    const queued = (await this.#options.deploys.queued()).find(({ deploy }) => deploy.id === id);
    if (queued === undefined) return;
    await this.#refuse(queued, cancelledBy(user));
    await this.advance(queued.deploy.appId);
  }

  /** Goes on with what waited when rigd ended. */
  async start(): Promise<void> {
    const waiting = await this.#options.deploys.queued();
    for (const appId of new Set(waiting.map(({ deploy }) => deploy.appId))) await this.advance(appId);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all(this.#advancing.values());
  }

  /** Where a deploy stands; null when it does not wait any more. */
  async placeOf(deploy: Pick<DeployRecord, 'appId' | 'id'>): Promise<QueuePlace | null> {
    const waiting = await this.#options.deploys.queued(deploy.appId);
    const index = waiting.findIndex((each) => each.deploy.id === deploy.id);
    const queued = waiting[index];
    if (queued === undefined) return null;
    return { position: index + 1, until: queued.until, waitsFor: await this.holder(queued.deploy) };
  }

  /** What keeps a deploy from beginning; null when nothing does. */
  async holder({ appId, createdBy }: Pick<NewDeploy, 'appId' | 'createdBy'>): Promise<DeployHolder | null> {
    const { clock, deploys, locks } = this.#options;
    const running = (await deploys.running()).find((deploy) => deploy.appId === appId);
    if (running !== undefined) return holderOfDeploy(running);
    const lock = await locks.get(appId, timestampOf(clock));
    return lock === null || lock.owner === createdBy ? null : holderOfLock(lock);
  }

  async #advance(appId: string): Promise<void> {
    const { begin, clock, deploys, onChange } = this.#options;
    if (this.#stopped) return;
    clearTimeout(this.#timers.get(appId));
    const waiting: QueuedDeploy[] = [];
    for (const queued of await deploys.queued(appId)) {
      if (queued.until > timestampOf(clock)) waiting.push(queued);
      else await this.#refuse(queued, await this.#timedOut(queued));
    }
    const [next] = waiting;
    if (next === undefined) return;
    try {
      const begun = await deploys.create(next.deploy, timestampOf(clock));
      begin(begun);
      onChange(begun.id);
    } catch (error) {
      if (!isBlocked(error)) await this.#refuse(next, error);
    }
    await this.#setTimer(appId);
  }

  async #refuse({ deploy }: QueuedDeploy, error: unknown): Promise<void> {
    const { clock, deploys, onChange } = this.#options;
    await deploys.refuse(deploy.id, toErrorDocument(error), timestampOf(clock));
    onChange(deploy.id);
  }

  /** Looks again when the first gives up, and when a lock ends by itself. */
  async #setTimer(appId: string): Promise<void> {
    const { clock, deploys, locks } = this.#options;
    const waiting = await deploys.queued(appId);
    if (waiting.length === 0 || this.#stopped) return;
    const lock = await locks.get(appId, timestampOf(clock));
    const moments = [...waiting.map(({ until }) => until), ...(lock?.until == null ? [] : [lock.until])];
    const first = Math.min(...moments.map((moment) => Date.parse(moment)));
    const wait = Math.min(LONGEST_TIMER_MS, Math.max(1, first - clock.now().getTime()));
    clearTimeout(this.#timers.get(appId));
    this.#timers.set(
      appId,
      setTimeout(() => void this.advance(appId), wait),
    );
  }

  async #timedOut({ deploy }: QueuedDeploy): Promise<RigError> {
    const holder = await this.holder(deploy);
    const because =
      holder === null
        ? 'others were before it'
        : holder.kind === 'lock'
          ? `${holder.owner} has locked the app`
          : `${holder.owner} is still deploying (${holder.deploy})`;
    return new RigError('timed_out', `The deploy of ${deploy.appName} gave up waiting: ${because}.`, {
      hint: 'Nothing has changed. Allow more time with --wait-timeout, or try again later.',
      ...(holder === null ? {} : { details: { holder } }),
    });
  }

  /** The deploy under way when the same user asked for the same. */
  async #sameUnderWay(deploy: NewDeploy): Promise<DeployRecord | null> {
    const running = await this.#options.deploys.running();
    return running.find((other) => isSameOrder(other, deploy)) ?? null;
  }

  #behind({ appName, createdBy, id }: NewDeploy): RigError {
    return new RigError(
      'deploy_in_progress',
      `${appName} is about to be deployed by ${createdBy} (${id}), whose deploy waits for its turn.`,
      { hint: 'Queue behind it with --wait.' },
    );
  }
}
