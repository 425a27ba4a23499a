import type { AuditEvent } from '@rig-ops/contract/resources';
import type { Page, PageQuery } from '../../store/page.ts';

export type NewAuditEvent = Omit<AuditEvent, 'id' | 'at'>;

/** Which events are asked for; a word ending in `*` stands for all that begin like it. */
export interface AuditQuery extends PageQuery {
  /** RFC 3339. */
  since?: string;
  /** RFC 3339; exclusive. */
  until?: string;
  user?: string;
  action?: string;
  target?: string;
  result?: string;
  /** Id of a session. */
  session?: string;
}

/** Who did what. Events are added and read, never changed. */
export interface AuditLog {
  /** Resolves once the event will survive a loss of power. */
  append(event: NewAuditEvent): Promise<void>;
  /**
   * Newest first.
   * @throws RigError `invalid_input` for a malformed cursor or time
   */
  list(query: AuditQuery): Promise<Page<AuditEvent>>;
}
