import { unknownKinds } from '@rig-ops/contract/event-kinds';
import { RigError } from '@rig-ops/contract/errors';
import type {
  NewWebhook,
  Problem,
  Webhook,
  WebhookChange,
  WebhookDelivery,
  WebhookDeliveryDetails,
  WebhookWithSecret,
} from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { Logger } from '../../logger.ts';
import { checkHeaders } from '../../outgoing/check-headers.ts';
import type { Pause } from '../../pause.ts';
import type { Page, PageQuery } from '../../store/page.ts';
import type { AppStore } from '../apps/app-store.ts';
import { requireApp } from '../apps/require-app.ts';
import type { EventLog } from '../events/event-log.ts';
import type { NetworkStore } from '../networks/network-store.ts';
import { changeTarget } from './change-target.ts';
import { makePayload } from './make-payload.ts';
import { parseWebhookUrl } from './parse-webhook-url.ts';
import { refuseOwnHeaders } from './refuse-own-headers.ts';
import { sendWebhook, type SendOutcome } from './send-webhook.ts';
import { toDelivery, toWebhook } from './to-webhook.ts';
import { WebhookLane } from './webhook-lane.ts';
import type { WebhookSealer } from './webhook-sealer.ts';
import { checkWebhookSecret, makeWebhookSecret, signatureHeaders } from './webhook-secret.ts';
import type {
  DeliveryState,
  ListedDelivery,
  StoredDelivery,
  StoredSecret,
  StoredWebhook,
  WebhookStore,
} from './webhook-store.ts';

export interface WebhookServiceDeps {
  readonly store: WebhookStore;
  readonly events: EventLog;
  readonly apps: AppStore;
  readonly networks: Pick<NetworkStore, 'get'>;
  readonly sealer: WebhookSealer;
  /** Id of the platform. */
  readonly platform: string;
  readonly version: string;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly log: Logger;
  /** How long a receiver may take; for tests. */
  readonly answerMs?: number;
}

/** One hiccup is none; a receiver that stays away is a problem. */
const TOLD_FAILURES = 3;
const MOST_WEBHOOKS = 50;
/** With the newest. More at once say that nobody brings them anywhere. */
const MOST_SECRETS = 3;
const OVERLAP_SECONDS = 24 * 60 * 60;

/** Sends events on to receivers outside, and knows how that goes. */
export class WebhookService {
  readonly #deps: WebhookServiceDeps;
  readonly #lanes = new Map<string, WebhookLane>();

  constructor(deps: WebhookServiceDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    for (const webhook of await this.#deps.store.list()) this.#run(webhook);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.stop()));
  }

  async list(): Promise<Webhook[]> {
    const lanes = [...this.#lanes.values()].toSorted((a, b) => (a.webhook.name < b.webhook.name ? -1 : 1));
    return await Promise.all(lanes.map(({ webhook }) => this.#describe(webhook)));
  }

  /** @throws RigError `webhook_not_found` */
  async get(name: string): Promise<Webhook> {
    return await this.#describe(this.#require(name).webhook);
  }

  /** @throws RigError `invalid_input`, `app_not_found`, `network_not_found`, `webhook_target_refused`, `webhook_exists` */
  async add(wanted: NewWebhook, user: string): Promise<WebhookWithSecret> {
    const { clock, events, sealer, store } = this.#deps;
    await this.#check(wanted);
    const id = newId('whk');
    const { allowPrivate = false, ca, name, url } = wanted;
    const headers = checkHeaders(wanted.headers ?? {});
    refuseOwnHeaders(headers);
    parseWebhookUrl(url, { allowPrivate, headers, ca });
    const secret = wanted.secret === undefined ? makeWebhookSecret() : checkWebhookSecret(wanted.secret);
    const createdAt = timestampOf(clock);
    const webhook: StoredWebhook = {
      id,
      name,
      url,
      events: [...new Set(wanted.events)],
      app: wanted.app ?? null,
      network: wanted.network ?? null,
      headers: sealer.seal(JSON.stringify(headers), id, 'headers'),
      headerNames: Object.keys(headers),
      ca,
      allowPrivate,
      secrets: [this.#sealed(id, secret, createdAt)],
      state: 'active',
      reason: null,
      position: (await events.range()).newest,
      missed: 0,
      failures: 0,
      failingSince: null,
      lastError: null,
      lastSuccessAt: null,
      createdAt,
      createdBy: user,
    };
    await store.add(webhook);
    this.#run(webhook);
    return { ...(await this.#describe(webhook)), secret: wanted.secret === undefined ? secret : null };
  }

  /**
   * Changes where it sends, and what; its secret and what waits stay.
   * @throws RigError `webhook_not_found`, and as {@link WebhookService.add}
   */
  async update(name: string, change: WebhookChange): Promise<Webhook> {
    const lane = this.#require(name);
    await this.#checkChosen(change);
    await lane.aim(changeTarget(lane.webhook, change, this.#deps.sealer));
    return await this.get(name);
  }

  /** @throws RigError `webhook_not_found` */
  async remove(name: string): Promise<void> {
    const lane = this.#require(name);
    this.#lanes.delete(name);
    await lane.stop();
    await this.#deps.store.remove(lane.webhook.id);
  }

  /** @throws RigError `webhook_not_found` */
  async pause(name: string): Promise<Webhook> {
    const lane = this.#require(name);
    if (lane.webhook.state === 'active') await lane.change({ state: 'paused' });
    return await this.get(name);
  }

  /** @throws RigError `webhook_not_found` */
  async resume(name: string, fromNow: boolean): Promise<Webhook> {
    const { clock, events, store } = this.#deps;
    const lane = this.#require(name);
    if (fromNow) await store.giveUp(lane.webhook.id, timestampOf(clock));
    const position = fromNow ? { position: (await events.range()).newest } : {};
    const begun = { state: 'active', reason: null, failures: 0, failingSince: null } as const;
    if (lane.webhook.state !== 'active' || fromNow) await lane.change({ ...begun, ...position });
    return await this.get(name);
  }

  /** @throws RigError `webhook_not_found`, `invalid_input` */
  async rotate(
    name: string,
    { secret: own, overlapSeconds = OVERLAP_SECONDS }: { secret?: string; overlapSeconds?: number },
  ): Promise<WebhookWithSecret> {
    const { clock } = this.#deps;
    const lane = this.#require(name);
    const { id } = lane.webhook;
    const secret = own === undefined ? makeWebhookSecret() : checkWebhookSecret(own);
    const now = clock.now().getTime();
    const until = new Date(now + overlapSeconds * 1_000).toISOString();
    const before = lane.webhook.secrets
      .map((each) => ({ ...each, expiresAt: earlier(each.expiresAt, until) }))
      .filter(({ expiresAt }) => Date.parse(expiresAt) > now)
      .slice(0, MOST_SECRETS - 1);
    await lane.change({ secrets: [this.#sealed(id, secret, timestampOf(clock)), ...before] });
    return { ...(await this.get(name)), secret: own === undefined ? secret : null };
  }

  /** @throws RigError `webhook_not_found`, `webhook_failed` */
  async test(name: string, user: string, signal: AbortSignal): Promise<WebhookDeliveryDetails> {
    const { clock, platform, store } = this.#deps;
    const lane = this.#require(name);
    const id = newId('msg');
    const createdAt = timestampOf(clock);
    const message = `A test of the webhook ${name}, asked for by ${user}.`;
    const payload = makePayload(
      {
        id: null,
        at: createdAt,
        kind: 'webhook.test',
        app: null,
        network: null,
        user,
        message,
        details: {},
      },
      { platform, webhook: name },
    );
    const delivery = { id, event: null, type: 'webhook.test', payload, createdAt };
    const outcome = await this.#sendTest(lane, delivery, signal);
    this.#refuseUnlessTaken(lane, id, outcome);
    return await this.#details(await store.delivery(lane.webhook.id, id));
  }

  /** @throws RigError `webhook_not_found`, `webhook_delivery_not_found`, `webhook_failed` */
  async redeliver(name: string, id: string, signal: AbortSignal): Promise<WebhookDeliveryDetails> {
    const { store } = this.#deps;
    const lane = this.#require(name);
    const delivery = await store.delivery(lane.webhook.id, id);
    const outcome = await lane.sendNow(delivery, 'redelivery', signal);
    lane.poke();
    this.#refuseUnlessTaken(lane, id, outcome);
    return await this.#details(await store.delivery(lane.webhook.id, id));
  }

  /** @throws RigError `webhook_not_found` */
  async redeliverFailed(name: string): Promise<number> {
    const { clock, store } = this.#deps;
    const lane = this.#require(name);
    const count = await store.beginAnew(lane.webhook.id, timestampOf(clock));
    lane.poke();
    return count;
  }

  /** @throws RigError `webhook_not_found`, `invalid_input` */
  async deliveries(
    name: string,
    query: PageQuery & { state?: DeliveryState },
  ): Promise<Page<WebhookDelivery>> {
    const { items, nextCursor } = await this.#deps.store.deliveries(this.#require(name).webhook.id, query);
    return { items: items.map(toDelivery), nextCursor };
  }

  /** @throws RigError `webhook_not_found`, `webhook_delivery_not_found` */
  async delivery(name: string, id: string): Promise<WebhookDeliveryDetails> {
    return await this.#details(await this.#deps.store.delivery(this.#require(name).webhook.id, id));
  }

  problems(): Problem[] {
    return [...this.#lanes.values()].flatMap(({ webhook }): Problem[] => {
      const { app, failures, lastError, name, reason, state } = webhook;
      if (state === 'disabled')
        return [
          {
            code: 'webhook_disabled',
            app,
            message: `The webhook ${name} is disabled: ${reason ?? 'nothing arrived'}.`,
            fix: `Run \`rig webhooks test ${name}\`, then \`rig webhooks resume ${name}\`.`,
          },
        ];
      if (state === 'paused' || failures < TOLD_FAILURES) return [];
      return [
        {
          code: 'webhook_failing',
          app,
          message: `The webhook ${name} does not arrive: its receiver ${lastError ?? 'does not answer'}.`,
          fix: `Run \`rig webhooks test ${name}\`.`,
        },
      ];
    });
  }

  async #sendTest(
    lane: WebhookLane,
    delivery: Pick<StoredDelivery, 'id' | 'event' | 'type' | 'payload' | 'createdAt'>,
    signal: AbortSignal,
  ): Promise<SendOutcome> {
    const { store } = this.#deps;
    // Ended before it began, so that the lane does not take it as well.
    await store.addEnded(lane.webhook.id, delivery);
    return await lane.sendNow(await store.delivery(lane.webhook.id, delivery.id), 'test', signal);
  }

  #run(webhook: StoredWebhook): void {
    const { clock, events, log, pause, platform, store } = this.#deps;
    const lane = new WebhookLane(webhook, {
      store,
      events,
      send: (to, delivery, signal) => this.#send(to, delivery, signal),
      platform,
      clock,
      pause,
      log,
    });
    this.#lanes.set(webhook.name, lane);
    lane.start();
  }

  async #send(webhook: StoredWebhook, delivery: StoredDelivery, signal: AbortSignal): Promise<SendOutcome> {
    const { answerMs, clock, sealer, version } = this.#deps;
    const { allowPrivate, ca, headers, id, secrets, url } = webhook;
    const now = clock.now().getTime();
    const valid = secrets.filter(({ expiresAt }) => expiresAt === null || Date.parse(expiresAt) > now);
    const signed = signatureHeaders(
      { id: delivery.id, timestamp: Math.floor(now / 1_000), payload: delivery.payload },
      valid.map((each) => sealer.open(each.sealed, id, each.id)),
    );
    const own = JSON.parse(sealer.open(headers, id, 'headers')) as Record<string, string>;
    // What was allowed when it was added is refused where it leads, each time.
    const target = { ...parseWebhookUrl(url, { allowPrivate: true, headers: own, ca }), allowPrivate };
    return await sendWebhook(
      target,
      { headers: { 'user-agent': `rig/${version}`, ...signed }, payload: delivery.payload },
      { signal, ...(answerMs === undefined ? {} : { answerMs }) },
    );
  }

  async #check(wanted: NewWebhook): Promise<void> {
    const { name } = wanted;
    if (this.#lanes.size >= MOST_WEBHOOKS) {
      throw new RigError(
        'invalid_input',
        `There are ${MOST_WEBHOOKS} webhooks, which is the most there can be.`,
        {
          hint: 'Remove those that nobody needs: `rig webhooks list`.',
        },
      );
    }
    if (this.#lanes.has(name)) throw new RigError('webhook_exists', `There is a webhook ${name} already.`);
    await this.#checkChosen(wanted);
  }

  async #checkChosen({ app, events = [], network }: WebhookChange): Promise<void> {
    const { apps, networks } = this.#deps;
    const [unknown] = unknownKinds(events);
    if (unknown !== undefined) {
      throw new RigError('invalid_input', `There is no kind of event ${JSON.stringify(unknown)}.`, {
        hint: 'Kinds are release.live, instance.crashed, …; `*` stands for any part of one. docs/events.md lists them.',
      });
    }
    if (app != null) await requireApp(apps, app);
    if (network != null && (await networks.get(network)) === undefined)
      throw new RigError('network_not_found', `There is no network named ${network}.`);
  }

  #sealed(id: string, secret: string, createdAt: string): StoredSecret {
    const secretId = newId('sec');
    const sealed = this.#deps.sealer.seal(secret, id, secretId);
    return { id: secretId, sealed, createdAt, expiresAt: null };
  }

  #require(name: string): WebhookLane {
    const lane = this.#lanes.get(name);
    if (lane !== undefined) return lane;
    throw new RigError('webhook_not_found', `There is no webhook ${JSON.stringify(name.slice(0, 100))}.`);
  }

  #refuseUnlessTaken({ webhook }: WebhookLane, delivery: string, { error, status }: SendOutcome): void {
    if (error === null) return;
    throw new RigError('webhook_failed', `The receiver of ${webhook.name} ${error}.`, {
      hint: `Run \`rig webhooks deliveries ${webhook.name} ${delivery}\` for what it said.`,
      details: { webhook: webhook.name, delivery, status },
    });
  }

  async #describe(webhook: StoredWebhook): Promise<Webhook> {
    const now = this.#deps.clock.now().getTime();
    return toWebhook(webhook, await this.#deps.store.counts(webhook.id), now);
  }

  async #details(delivery: ListedDelivery): Promise<WebhookDeliveryDetails> {
    const tries = await this.#deps.store.attempts(delivery.id);
    return { ...toDelivery(delivery), payload: delivery.payload, tries };
  }
}

const earlier = (at: string | null, until: string): string => (at === null || at > until ? until : at);

/** @throws RigError `invalid_input` */
