import { kindMatcher } from '@rig-ops/contract/event-kinds';
import type { PlatformEvent } from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { Logger } from '../../logger.ts';
import type { Pause } from '../../pause.ts';
import { EVERY_EVENT, type EventLog } from '../events/event-log.ts';
import { makePayload } from './make-payload.ts';
import { pauseAfter } from './retry-schedule.ts';
import type { SendOutcome } from './send-webhook.ts';
import type {
  AttemptOutcome,
  NewDelivery,
  StoredAttempt,
  StoredDelivery,
  StoredWebhook,
  WebhookStanding,
  WebhookStore,
  WebhookTarget,
} from './webhook-store.ts';

export interface WebhookLaneDeps {
  readonly store: WebhookStore;
  readonly events: EventLog;
  /** Sends one message. Rejects only with the reason of the signal. */
  readonly send: (
    webhook: StoredWebhook,
    delivery: StoredDelivery,
    signal: AbortSignal,
  ) => Promise<SendOutcome>;
  /** Id of the platform. */
  readonly platform: string;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly log: Logger;
}

/** Events looked at in one step. */
const BATCH = 200;
/** More do not wait in a queue of their own: they wait in the log of events. */
export const MOST_WAITING = 1_000;
const RETRY_MS = 2_000;
const HOUR_MS = 60 * 60 * 1_000;
/** One whose receiver has taken nothing for so long, and not for want of trying, is disabled. */
const DISABLED_AFTER_MS = 72 * HOUR_MS;
const DISABLED_AFTER_FAILURES = 10;

const isGone = ({ status }: SendOutcome) => status === 410;

/**
 * Brings the events of one webhook to its receiver, one message at a time: events as they happened, and each that
 * failed again when it is due. What is not noted as sent is sent again.
 */
export class WebhookLane {
  readonly #deps: WebhookLaneDeps;
  readonly #stop = new AbortController();
  readonly #stopped: Promise<void>;
  #webhook: StoredWebhook;
  #poked = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;

  constructor(webhook: StoredWebhook, deps: WebhookLaneDeps) {
    this.#webhook = webhook;
    this.#deps = deps;
    this.#stopped = new Promise((resolve) => {
      this.#stop.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  get webhook(): StoredWebhook {
    return this.#webhook;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Changes how it stands, and looks again at what is to be done. */
  async change(standing: Partial<WebhookStanding>): Promise<void> {
    await this.#deps.store.change(this.#webhook.id, standing);
    this.#webhook = { ...this.#webhook, ...standing };
    this.poke();
  }

  /** Changes where it sends, and what: from the next message on. */
  async aim(target: WebhookTarget): Promise<void> {
    await this.#deps.store.aim(this.#webhook.id, target);
    this.#webhook = { ...this.#webhook, ...target };
    this.poke();
  }

  /** Looks again at what is to be done. */
  poke(): void {
    this.#poked.resolve();
  }

  /** Sends a message now, beside the others, and notes how that went. */
  async sendNow(
    delivery: StoredDelivery,
    cause: 'redelivery' | 'test',
    signal: AbortSignal,
  ): Promise<SendOutcome> {
    const either = AbortSignal.any([signal, this.#stop.signal]);
    const at = timestampOf(this.#deps.clock);
    const { outcome, durationMs } = await this.#timed(delivery, either);
    const arrived = outcome.error === null;
    const ended = timestampOf(this.#deps.clock);
    const ends = arrived
      ? ({ state: 'delivered', dueAt: null, endedAt: ended } as const)
      : cause === 'test'
        ? ({ state: 'failed', dueAt: null, endedAt: ended } as const)
        : {};
    await this.#note({
      delivery: delivery.id,
      attempt: { at, cause, durationMs, ...plainOf(outcome) },
      change: ends,
      standing: arrived ? this.#well(ended) : {},
    });
    return outcome;
  }

  async #run(): Promise<void> {
    const { log } = this.#deps;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      // Listens before it looks, so that nothing falls between.
      const looked = new AbortController();
      const changed = this.#deps.events.changed(AbortSignal.any([signal, looked.signal]));
      this.#poked = Promise.withResolvers();
      const poked = this.#poked.promise;
      try {
        if (this.#webhook.state === 'active') await this.#step(changed, poked, looked.signal);
        else await Promise.race([poked, this.#stopped]);
      } catch (error) {
        if (signal.aborted) return;
        log.error('A webhook could not go on', { webhook: this.#webhook.name, error });
        await this.#deps.pause(RETRY_MS, signal).catch(() => undefined);
      } finally {
        looked.abort();
      }
    }
  }

  async #step(changed: Promise<void>, poked: Promise<void>, looked: AbortSignal): Promise<void> {
    const { clock, pause, store } = this.#deps;
    const { signal } = this.#stop;
    const isBehind = await this.#takeUp();
    const next = await store.nextDue(this.#webhook.id);
    const wait = next === undefined ? undefined : Date.parse(next.dueAt ?? '') - clock.now().getTime();
    if (next !== undefined && wait !== undefined && wait <= 0) {
      await this.#attempt(next);
      return;
    }
    if (isBehind) return;
    const over = AbortSignal.any([signal, looked]);
    const due = wait === undefined ? [] : [pause(wait, over).catch(() => undefined)];
    await Promise.race([changed, poked, this.#stopped, ...due]);
  }

  /** @returns whether there is more to be taken up at once */
  async #takeUp(): Promise<boolean> {
    const { events, store } = this.#deps;
    const { id, missed, position } = this.#webhook;
    const { waiting } = await store.counts(id);
    const room = MOST_WAITING - waiting;
    if (room <= 0) return false;
    const { oldest } = await events.range();
    const gone = Math.max(0, oldest - 1 - position);
    const page = await events.behind(position, BATCH, EVERY_EVENT);
    const wanted = this.#wants();
    const deliveries: NewDelivery[] = [];
    let last = position + gone;
    for (const event of page) {
      if (deliveries.length >= room) break;
      last = event.id;
      if (wanted(event)) deliveries.push(this.#deliveryOf(event));
    }
    if (last === position) return false;
    const standing = { position: last, missed: missed + gone };
    await store.takeUp(id, standing, deliveries);
    this.#webhook = { ...this.#webhook, ...standing };
    return page.length === BATCH;
  }

  #wants(): (event: PlatformEvent) => boolean {
    const { app, events, network } = this.#webhook;
    const isOfKind = kindMatcher(events);
    return (event) =>
      isOfKind(event.kind) &&
      (app === null || event.app === app) &&
      (network === null || event.network === network);
  }

  #deliveryOf(event: PlatformEvent): NewDelivery {
    const { clock, platform } = this.#deps;
    return {
      id: newId('msg'),
      event: event.id,
      type: event.kind,
      payload: makePayload(event, { platform, webhook: this.#webhook.name }),
      createdAt: timestampOf(clock),
    };
  }

  async #attempt(delivery: StoredDelivery): Promise<void> {
    const { clock } = this.#deps;
    const at = timestampOf(clock);
    const { outcome, durationMs } = await this.#timed(delivery, this.#stop.signal);
    const ended = timestampOf(clock);
    const tries = delivery.tries + 1;
    const attempt = {
      at,
      cause: delivery.tries === 0 ? 'event' : 'retry',
      durationMs,
      ...plainOf(outcome),
    } as const;
    const change = endOf(outcome, tries, clock.now().getTime(), ended);
    const before = this.#webhook.state;
    const standing = outcome.error === null ? this.#well(ended) : this.#unwell(outcome, ended);
    await this.#note({ delivery: delivery.id, attempt, change: { ...change, tries }, standing });
    if (standing.state === 'disabled' && before === 'active') await this.#tellDisabled(standing.reason ?? '');
  }

  async #timed(delivery: StoredDelivery, signal: AbortSignal) {
    const began = performance.now();
    const outcome = await this.#deps.send(this.#webhook, delivery, signal);
    return { outcome, durationMs: Math.round(performance.now() - began) };
  }

  async #note(outcome: AttemptOutcome): Promise<void> {
    await this.#deps.store.record(this.#webhook.id, outcome);
    this.#webhook = { ...this.#webhook, ...outcome.standing };
  }

  #well(at: string): Partial<WebhookStanding> {
    return { failures: 0, failingSince: null, lastError: null, lastSuccessAt: at };
  }

  #unwell(outcome: SendOutcome, at: string): Partial<WebhookStanding> {
    const failures = this.#webhook.failures + 1;
    const failingSince = this.#webhook.failingSince ?? at;
    const standing = { failures, failingSince, lastError: outcome.error };
    if (isGone(outcome)) return { ...standing, state: 'disabled', reason: 'its receiver answered 410 Gone' };
    const failingMs = Date.parse(at) - Date.parse(failingSince);
    return failingMs < DISABLED_AFTER_MS || failures < DISABLED_AFTER_FAILURES
      ? standing
      : {
          ...standing,
          state: 'disabled',
          reason: `its receiver took nothing since ${failingSince}: it ${outcome.error ?? ''}`,
        };
  }

  async #tellDisabled(reason: string): Promise<void> {
    const { name } = this.#webhook;
    await this.#deps.events.append({
      app: null,
      kind: 'webhook.disabled',
      message: `The webhook ${name} was disabled: ${reason}.`,
      details: { webhook: name, reason },
    });
  }
}

function endOf(
  outcome: SendOutcome,
  tries: number,
  now: number,
  ended: string,
): Partial<Pick<StoredDelivery, 'state' | 'dueAt' | 'endedAt'>> {
  if (outcome.error === null) return { state: 'delivered', dueAt: null, endedAt: ended };
  const pause = pauseAfter(tries, outcome.retryAfter);
  if (pause === undefined) return { state: 'failed', dueAt: null, endedAt: ended };
  return { dueAt: new Date(now + pause).toISOString() };
}

const plainOf = ({
  status,
  error,
  response,
}: SendOutcome): Pick<StoredAttempt, 'status' | 'error' | 'response'> => ({ status, error, response });
