import type { AuditEvent } from '@rig-ops/contract/resources';
import type { Page, PageQuery } from '../../store/page.ts';

export type NewAuditEvent = Omit<AuditEvent, 'id' | 'at'>;

/** Who did what. Events are added and read, never changed. */
export interface AuditLog {
  append(event: NewAuditEvent): Promise<void>;
  /**
   * Newest first.
   * @throws RigError `invalid_input` for a malformed cursor
   */
  list(query: PageQuery): Promise<Page<AuditEvent>>;
}
