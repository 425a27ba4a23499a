import { encodePublicKey } from '@rig-ops/contract/audit-chain';
import type { Kysely } from 'kysely';
import { newId } from '../../ids.ts';
import type { Database } from '../../store/database.ts';
import { readSetting, writeSetting } from '../../store/settings.ts';
import type { AuditKey } from './audit-key.ts';
import type { NewAuditEvent } from './audit-log.ts';
import type { SqlAuditLog } from './sql-audit-log.ts';

export interface ChainIdentity {
  readonly platform: string;
  /** Hash of record 1. */
  readonly genesis: string;
}

/** What rigd records of itself. */
export const ownEvent = (
  action: string,
  details: Record<string, unknown>,
  outcome: Pick<NewAuditEvent, 'result' | 'errorCode'> = { result: 'succeeded', errorCode: null },
): NewAuditEvent => ({
  user: 'rigd',
  action,
  target: 'platform',
  ...outcome,
  client: 'local',
  invocationId: null,
  requestId: newId('req'),
  details,
});

/**
 * Makes record 1, which names the platform, its key and the time, and puts the events of an older rig
 * behind it; does nothing when the chain has begun.
 */
export async function beginChain(
  db: Kysely<Database>,
  log: SqlAuditLog,
  key: AuditKey,
): Promise<ChainIdentity> {
  const platform = (await readSetting(db, 'audit_platform')) ?? newId('plt');
  if (log.head.seq === 0) {
    await writeSetting(db, 'audit_platform', platform);
    await log.append(
      ownEvent('audit.begin', { format: 1, platform, publicKey: encodePublicKey(key.publicKey) }),
    );
    await writeSetting(db, 'audit_genesis', log.head.hash);
  }
  await takeOverEvents(db, log);
  const [first] = await log.read(0, 1, 1);
  const genesis = first?.hash ?? (await readSetting(db, 'audit_genesis')) ?? '';
  return { platform, genesis };
}

/** A kill between a record and the removal of its event would record it twice; an event is never lost. */
async function takeOverEvents(db: Kysely<Database>, log: SqlAuditLog): Promise<void> {
  for (;;) {
    const row = await db.selectFrom('audit_events').selectAll().orderBy('id').limit(1).executeTakeFirst();
    if (row === undefined) return;
    await log.appendAt(row.at, {
      user: row.user,
      action: row.action,
      target: row.target,
      result: row.result,
      errorCode: row.error_code,
      client: row.client,
      invocationId: row.invocation_id,
      requestId: row.request_id,
      details: JSON.parse(row.details) as Record<string, unknown>,
    });
    await db.deleteFrom('audit_events').where('id', '=', row.id).execute();
  }
}
