import type { PlatformEvent } from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../../clock.ts';
import type { AppRecord } from '../../apps/app-store.ts';
import { reaches } from '../../access/decide.ts';
import { decodeCursor, limitOf, type Page, type PageQuery, pageOf } from '../../../store/page.ts';
import { ChangeSignal } from '../../../change-signal.ts';
import {
  type EventLog,
  type EventReach,
  guardedKinds,
  kindsGuardedBy,
  KEPT_EVENTS,
  type NewEvent,
  type PlaceReach,
} from '../event-log.ts';

/** Keeps the events in memory. */
export class FakeEventLog implements EventLog {
  readonly #clock: Clock;
  readonly #appNamed: (name: string) => AppRecord | undefined;
  readonly #changes = new ChangeSignal();
  #events: PlatformEvent[] = [];
  readonly #audited = new Set<number>();
  #last = 0;

  constructor(clock: Clock, appNamed: (name: string) => AppRecord | undefined = () => undefined) {
    this.#clock = clock;
    this.#appNamed = appNamed;
  }

  async append(event: NewEvent): Promise<void> {
    this.#insert(timestampOf(this.#clock), event);
  }

  async appendAudited(seq: number, at: string, event: NewEvent): Promise<void> {
    if (this.#audited.has(seq)) return;
    this.#audited.add(seq);
    this.#insert(at, event);
  }

  #insert(at: string, { app, network, kind, message, user = null, details = {} }: NewEvent): void {
    this.#last += 1;
    const where = app === null ? null : (network ?? this.#appNamed(app)?.network ?? null);
    const event = { id: this.#last, at, app, network: where, kind, user, message, details };
    this.#events = [event, ...this.#events.slice(0, KEPT_EVENTS - 1)];
    this.#changes.tell('event');
  }

  async list(query: PageQuery, reach?: EventReach): Promise<Page<PlatformEvent>> {
    const before =
      query.cursor === undefined ? Number.POSITIVE_INFINITY : decodeCursor(query.cursor, 'number');
    const events = this.#events.filter((event) => event.id < before && this.#isWithin(event, reach));
    return pageOf(events, limitOf(query), ({ id }) => id);
  }

  async behind(id: number, limit: number, reach: EventReach): Promise<PlatformEvent[]> {
    return this.#events
      .toReversed()
      .filter((event) => event.id > id && this.#isWithin(event, reach))
      .slice(0, limit);
  }

  async range(): Promise<{ oldest: number; newest: number }> {
    return { oldest: this.#events.at(-1)?.id ?? 0, newest: this.#last };
  }

  async changed(signal: AbortSignal): Promise<void> {
    await this.#changes.next('event', signal);
  }

  #isWithin(event: PlatformEvent, reach: EventReach | undefined): boolean {
    if (reach === undefined) return true;
    const isGuarded = (guardedKinds as readonly string[]).includes(event.kind);
    if (!isGuarded) return this.#isAt(event, reach);
    return [...(reach.guarded ?? [])].some(
      ([verb, places]) =>
        (kindsGuardedBy(verb) as string[]).includes(event.kind) && this.#isAt(event, places),
    );
  }

  #isAt({ app: name, at }: PlatformEvent, places: PlaceReach): boolean {
    if (places.platform && places.apps.everywhere) return true;
    if (name === null) return places.platform;
    const app = this.#appNamed(name);
    return app !== undefined && app.createdAt <= at && reaches(places.apps, app);
  }
}
