import type { PlatformEvent } from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../../clock.ts';
import { decodeCursor, limitOf, type Page, type PageQuery, pageOf } from '../../../store/page.ts';
import { type EventLog, KEPT_EVENTS } from '../event-log.ts';

/** Keeps the events in memory. */
export class FakeEventLog implements EventLog {
  readonly #clock: Clock;
  #events: PlatformEvent[] = [];
  #last = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async append(event: Pick<PlatformEvent, 'app' | 'kind' | 'message'>): Promise<void> {
    this.#last += 1;
    const { app, kind, message } = event;
    const kept = this.#events.slice(0, KEPT_EVENTS - 1);
    this.#events = [{ id: this.#last, at: timestampOf(this.#clock), app, kind, message }, ...kept];
  }

  async list(query: PageQuery): Promise<Page<PlatformEvent>> {
    const before =
      query.cursor === undefined ? Number.POSITIVE_INFINITY : decodeCursor(query.cursor, 'number');
    const events = this.#events.filter(({ id }) => id < before);
    return pageOf(events, limitOf(query), ({ id }) => id);
  }
}
