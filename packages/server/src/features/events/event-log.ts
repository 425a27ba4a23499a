import type { PlatformEvent } from '@rig-ops/contract/resources';
import type { Page, PageQuery } from '../../store/page.ts';

/** What happened on the platform. The newest 10,000 are kept. */
export interface EventLog {
  append(event: Pick<PlatformEvent, 'app' | 'kind' | 'message'>): Promise<void>;
  /**
   * Newest first.
   * @throws RigError `invalid_input` for a malformed cursor
   */
  list(query: PageQuery): Promise<Page<PlatformEvent>>;
}

export const KEPT_EVENTS = 10_000;
