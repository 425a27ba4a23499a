import type { Kysely } from 'kysely';
import type { Logger } from '../../logger.ts';
import type { Database } from '../../store/database.ts';
import { readSetting, writeSetting } from '../../store/settings.ts';
import type { SqlAuditLog } from '../audit/sql-audit-log.ts';
import { AuditedEvents } from './audited-events.ts';
import type { EventLog } from './event-log.ts';

/** Begins to tell events of the audit log. @returns how to stop */
export async function tellAuditedEvents(
  db: Kysely<Database>,
  { audit, events, log }: { audit: SqlAuditLog; events: EventLog; log: Logger },
): Promise<() => Promise<void>> {
  const audited = new AuditedEvents({
    audit,
    events,
    readPosition: async () => {
      const told = await readSetting(db, 'audit_told');
      return told === undefined ? undefined : Number(told);
    },
    savePosition: (seq) => writeSetting(db, 'audit_told', String(seq)),
    log,
  });
  await audited.start();
  return () => audited.stop();
}
