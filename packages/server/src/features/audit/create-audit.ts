import { readSetting, writeSetting } from '../../store/settings.ts';
import { AuditedEvents } from '../events/audited-events.ts';
import type { EventLog } from '../events/event-log.ts';
import { type AuditTrail, type AuditTrailOptions, openAuditTrail } from './audit-trail.ts';
import { AuditDrainService } from './drains/audit-drain-service.ts';
import { AuditDrainStore } from './drains/audit-drain-store.ts';

export interface AuditDeps extends AuditTrailOptions {
  /** Told of what the audit log tells and nobody else does. */
  readonly events: EventLog;
}

/** Opens the audit log, sends it on, and keeps it only as long as it is to be kept and nobody is still to be sent it. */
export async function createAudit({
  events,
  ...options
}: AuditDeps): Promise<{ trail: AuditTrail; auditDrains: AuditDrainService; close: () => Promise<void> }> {
  const { clock, db, logger, version } = options;
  const trail = await openAuditTrail(options);
  const auditedEvents = new AuditedEvents({
    audit: trail.log,
    events,
    readPosition: async () => {
      const told = await readSetting(db, 'audit_told');
      return told === undefined ? undefined : Number(told);
    },
    savePosition: (seq) => writeSetting(db, 'audit_told', String(seq)),
    log: logger,
  });
  const auditDrains = new AuditDrainService({
    store: new AuditDrainStore(db),
    log: trail.log,
    origin: { scope: 'rig.audit', platform: trail.identity.platform, version },
    clock,
  });
  const close = async () => {
    await auditDrains.close();
    await auditedEvents.stop();
    await trail.close();
  };
  try {
    await auditedEvents.start();
    trail.retention.waitFor(() => auditDrains.drainedThrough);
    await auditDrains.start();
    await trail.retention.start();
    return { trail, auditDrains, close };
  } catch (error) {
    await close();
    throw error;
  }
}
