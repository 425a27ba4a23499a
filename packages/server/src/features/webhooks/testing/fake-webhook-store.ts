import { RigError } from '@rig-ops/contract/errors';
import { decodeCursor, limitOf, type Page, type PageQuery, pageOf } from '../../../store/page.ts';
import {
  type AttemptOutcome,
  type DeliveryState,
  KEPT_ATTEMPTS,
  KEPT_DELIVERIES,
  type ListedDelivery,
  type NewDelivery,
  type StoredAttempt,
  type StoredDelivery,
  type StoredWebhook,
  type WebhookStanding,
  type WebhookStore,
  type WebhookTarget,
} from '../webhook-store.ts';

interface Kept {
  webhook: StoredWebhook;
  deliveries: StoredDelivery[];
}

/** Keeps webhooks and their deliveries in memory. */
export class FakeWebhookStore implements WebhookStore {
  readonly #kept = new Map<string, Kept>();
  readonly #attempts = new Map<string, StoredAttempt[]>();

  async list(): Promise<StoredWebhook[]> {
    return [...this.#kept.values()]
      .map(({ webhook }) => webhook)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  async add(webhook: StoredWebhook): Promise<void> {
    if ((await this.list()).some(({ name }) => name === webhook.name)) {
      throw new RigError('webhook_exists', `There is a webhook ${webhook.name} already.`);
    }
    this.#kept.set(webhook.id, { webhook, deliveries: [] });
  }

  async remove(id: string): Promise<void> {
    for (const delivery of this.#kept.get(id)?.deliveries ?? []) this.#attempts.delete(delivery.id);
    this.#kept.delete(id);
  }

  async change(id: string, standing: Partial<WebhookStanding>): Promise<void> {
    const kept = this.#kept.get(id);
    if (kept !== undefined) kept.webhook = { ...kept.webhook, ...standing };
  }

  async aim(id: string, target: WebhookTarget): Promise<void> {
    const kept = this.#kept.get(id);
    if (kept !== undefined) kept.webhook = { ...kept.webhook, ...target };
  }

  async takeUp(
    id: string,
    standing: Partial<WebhookStanding>,
    deliveries: readonly NewDelivery[],
  ): Promise<void> {
    const kept = this.#kept.get(id);
    if (kept === undefined) return;
    for (const delivery of deliveries) {
      if (delivery.event !== null && kept.deliveries.some(({ event }) => event === delivery.event)) continue;
      push(kept, delivery, { state: 'waiting', dueAt: delivery.createdAt, endedAt: null });
    }
    await this.change(id, standing);
  }

  async addEnded(id: string, delivery: NewDelivery): Promise<void> {
    const kept = this.#kept.get(id);
    if (kept === undefined) return;
    push(kept, delivery, { state: 'failed', dueAt: null, endedAt: delivery.createdAt });
  }

  async nextDue(id: string): Promise<StoredDelivery | undefined> {
    const waiting = this.#of(id).filter(({ state }) => state === 'waiting');
    return waiting.toSorted((a, b) => (a.dueAt ?? '').localeCompare(b.dueAt ?? '') || a.seq - b.seq)[0];
  }

  async counts(id: string): Promise<{ waiting: number; failed: number }> {
    const of = (wanted: DeliveryState) =>
      this.#of(id).filter(({ event, state }) => event !== null && state === wanted).length;
    return { waiting: of('waiting'), failed: of('failed') };
  }

  async record(id: string, { delivery, attempt, change, standing }: AttemptOutcome): Promise<void> {
    const kept = this.#kept.get(id);
    if (kept === undefined || !kept.deliveries.some((each) => each.id === delivery)) return;
    const before = this.#attempts.get(delivery) ?? [];
    const number = (before.at(-1)?.number ?? 0) + 1;
    this.#attempts.set(delivery, [...before, { number, ...attempt }].slice(-KEPT_ATTEMPTS));
    kept.deliveries = kept.deliveries.map((each) => (each.id === delivery ? { ...each, ...change } : each));
    const last = kept.deliveries.at(-1)?.seq ?? 0;
    kept.deliveries = kept.deliveries.filter(
      ({ seq, state }) => state === 'waiting' || seq > last - KEPT_DELIVERIES,
    );
    await this.change(id, standing);
  }

  async delivery(id: string, delivery: string): Promise<ListedDelivery> {
    const found = this.#of(id).find((each) => each.id === delivery);
    if (found === undefined) throw new RigError('webhook_delivery_not_found', 'There is no such delivery.');
    return this.#withLast(found);
  }

  async attempts(delivery: string): Promise<StoredAttempt[]> {
    return this.#attempts.get(delivery) ?? [];
  }

  async deliveries(id: string, query: PageQuery & { state?: DeliveryState }): Promise<Page<ListedDelivery>> {
    const before =
      query.cursor === undefined ? Number.POSITIVE_INFINITY : decodeCursor(query.cursor, 'number');
    const chosen = this.#of(id)
      .filter(({ seq, state }) => seq < before && (query.state ?? state) === state)
      .toReversed();
    const { items, nextCursor } = pageOf(chosen, limitOf(query), ({ seq }) => seq);
    return { items: items.map((each) => this.#withLast(each)), nextCursor };
  }

  async beginAnew(id: string, at: string): Promise<number> {
    return this.#changeAll(id, ['failed', 'waiting'], {
      state: 'waiting',
      tries: 0,
      dueAt: at,
      endedAt: null,
    });
  }

  async giveUp(id: string, at: string): Promise<void> {
    this.#changeAll(id, ['waiting'], { state: 'failed', dueAt: null, endedAt: at });
  }

  #changeAll(id: string, states: readonly DeliveryState[], change: Partial<StoredDelivery>): number {
    const kept = this.#kept.get(id);
    if (kept === undefined) return 0;
    const isMeant = ({ event, state }: StoredDelivery) => event !== null && states.includes(state);
    const count = kept.deliveries.filter(isMeant).length;
    kept.deliveries = kept.deliveries.map((each) => (isMeant(each) ? { ...each, ...change } : each));
    return count;
  }

  #of(id: string): StoredDelivery[] {
    return this.#kept.get(id)?.deliveries ?? [];
  }

  #withLast(delivery: StoredDelivery): ListedDelivery {
    const last = this.#attempts.get(delivery.id)?.at(-1);
    return {
      ...delivery,
      attempts: last?.number ?? 0,
      last:
        last === undefined ? null : { status: last.status, durationMs: last.durationMs, error: last.error },
    };
  }
}

function push(
  kept: Kept,
  delivery: NewDelivery,
  begun: Pick<StoredDelivery, 'state' | 'dueAt' | 'endedAt'>,
): void {
  const seq = (kept.deliveries.at(-1)?.seq ?? 0) + 1;
  kept.deliveries.push({ ...delivery, ...begun, seq, tries: 0 });
}
