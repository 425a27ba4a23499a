import type { WebhookAttempt } from '@rig-ops/contract/resources';
import type { Page, PageQuery } from '../../store/page.ts';

export interface StoredSecret {
  readonly id: string;
  /** Sealed. */
  readonly sealed: string;
  readonly createdAt: string;
  /** Null for the newest. */
  readonly expiresAt: string | null;
}

/** Where a webhook sends, and what: as somebody has it. */
export interface WebhookTarget {
  readonly url: string;
  /** Patterns of kinds. */
  readonly events: readonly string[];
  readonly app: string | null;
  readonly network: string | null;
  /** Sealed JSON object. */
  readonly headers: string;
  readonly headerNames: readonly string[];
  readonly ca: string | undefined;
  readonly allowPrivate: boolean;
}

/** How a webhook stands: as it goes. */
export interface WebhookStanding {
  readonly state: 'active' | 'paused' | 'disabled';
  /** Why it is disabled. */
  readonly reason: string | null;
  /** Newest first. */
  readonly secrets: readonly StoredSecret[];
  /** The last event that was looked at. */
  readonly position: number;
  /** Events that were gone before they were looked at. */
  readonly missed: number;
  /** Attempts that failed since the last that did not. */
  readonly failures: number;
  readonly failingSince: string | null;
  readonly lastError: string | null;
  readonly lastSuccessAt: string | null;
}

export interface StoredWebhook extends WebhookStanding, WebhookTarget {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly createdBy: string;
}

export type DeliveryState = 'waiting' | 'delivered' | 'failed';

export interface NewDelivery {
  readonly id: string;
  /** Null for a test. */
  readonly event: number | null;
  readonly type: string;
  /** The body, to the byte. */
  readonly payload: string;
  readonly createdAt: string;
}

export interface StoredDelivery extends NewDelivery {
  /** 1, 2, … of its webhook. */
  readonly seq: number;
  readonly state: DeliveryState;
  /** Attempts of the schedule since it was begun with, or begun anew. */
  readonly tries: number;
  readonly dueAt: string | null;
  readonly endedAt: string | null;
}

export type StoredAttempt = WebhookAttempt;

/** A delivery with how its last attempt went. */
export interface ListedDelivery extends StoredDelivery {
  readonly attempts: number;
  readonly last: Pick<StoredAttempt, 'status' | 'durationMs' | 'error'> | null;
}

/** How an attempt went, and what that changes. */
export interface AttemptOutcome {
  readonly delivery: string;
  readonly attempt: Omit<StoredAttempt, 'number'>;
  /** Of the delivery. */
  readonly change: Partial<Pick<StoredDelivery, 'state' | 'tries' | 'dueAt' | 'endedAt'>>;
  readonly standing: Partial<WebhookStanding>;
}

/** Of one webhook this many deliveries that have ended are kept, */
export const KEPT_DELIVERIES = 1_000;
/** and of each delivery this many attempts. */
export const KEPT_ATTEMPTS = 20;

/** Keeps webhooks, what is to be sent to each, and how that went. */
export interface WebhookStore {
  list(): Promise<StoredWebhook[]>;
  /** @throws RigError `webhook_exists` */
  add(webhook: StoredWebhook): Promise<void>;
  remove(id: string): Promise<void>;
  change(id: string, standing: Partial<WebhookStanding>): Promise<void>;
  /** Replaces all of it. */
  aim(id: string, target: WebhookTarget): Promise<void>;
  /** Takes up what is to be sent, and how far was looked, in one step. An event that was taken up already is not again. */
  takeUp(id: string, standing: Partial<WebhookStanding>, deliveries: readonly NewDelivery[]): Promise<void>;
  /** Notes a message that is sent beside the others, as failed until it has arrived. */
  addEnded(id: string, delivery: NewDelivery): Promise<void>;
  /** Of the waiting ones the one that is due first. */
  nextDue(id: string): Promise<StoredDelivery | undefined>;
  /** Of events. */
  counts(id: string): Promise<{ waiting: number; failed: number }>;
  /** Notes an attempt with everything it changes in one step, and forgets the oldest of what has ended. */
  record(id: string, outcome: AttemptOutcome): Promise<void>;
  /** @throws RigError `webhook_delivery_not_found` */
  delivery(id: string, delivery: string): Promise<ListedDelivery>;
  /** The latest, oldest first. */
  attempts(delivery: string): Promise<StoredAttempt[]>;
  /** Newest first. @throws RigError `invalid_input` for a malformed cursor */
  deliveries(id: string, query: PageQuery & { state?: DeliveryState }): Promise<Page<ListedDelivery>>;
  /** Begins anew with the events that failed or wait. @returns how many */
  beginAnew(id: string, at: string): Promise<number>;
  /** Gives up what waits. */
  giveUp(id: string, at: string): Promise<void>;
}
