import type { PlatformEvent } from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../../clock.ts';
import type { AppRecord } from '../../apps/app-store.ts';
import { reaches } from '../../access/decide.ts';
import { decodeCursor, limitOf, type Page, type PageQuery, pageOf } from '../../../store/page.ts';
import { ChangeSignal } from '../../../change-signal.ts';
import { type EventLog, type EventReach, KEPT_EVENTS } from '../event-log.ts';

/** Keeps the events in memory. */
export class FakeEventLog implements EventLog {
  readonly #clock: Clock;
  readonly #appNamed: (name: string) => AppRecord | undefined;
  readonly #changes = new ChangeSignal();
  #events: PlatformEvent[] = [];
  #last = 0;

  constructor(clock: Clock, appNamed: (name: string) => AppRecord | undefined = () => undefined) {
    this.#clock = clock;
    this.#appNamed = appNamed;
  }

  async append(event: Pick<PlatformEvent, 'app' | 'kind' | 'message'>): Promise<void> {
    this.#last += 1;
    const { app, kind, message } = event;
    const kept = this.#events.slice(0, KEPT_EVENTS - 1);
    this.#events = [{ id: this.#last, at: timestampOf(this.#clock), app, kind, message }, ...kept];
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

  #isWithin({ app: name, at }: PlatformEvent, reach: EventReach | undefined): boolean {
    if (reach === undefined || (reach.platform && reach.apps.everywhere)) return true;
    if (name === null) return reach.platform;
    const app = this.#appNamed(name);
    return app !== undefined && app.createdAt <= at && reaches(reach.apps, app);
  }
}
