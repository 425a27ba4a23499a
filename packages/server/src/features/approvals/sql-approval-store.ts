import { RigError } from '@rig-ops/contract/errors';
import type { Approval } from '@rig-ops/contract/resources';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../store/database.ts';
import { isDangling } from '../../store/store-error.ts';
import type { ApprovalDecision, ApprovalRecord, ApprovalStore } from './approval-store.ts';
import type { ApprovalTable } from './approval-table.ts';

const OPEN = ['pending', 'approved'] as const;

const toRecord = (row: Selectable<ApprovalTable>, now: string): ApprovalRecord => ({
  id: row.id,
  userId: row.user_id,
  user: row.user,
  kind: row.kind as Approval['kind'],
  network: row.network,
  appId: row.app_id,
  target: row.target,
  digest: row.digest,
  argv: JSON.parse(row.argv) as string[],
  details: JSON.parse(row.details) as Record<string, string>,
  reason: row.reason,
  state: (OPEN as readonly string[]).includes(row.state) && row.expires_at <= now ? 'expired' : row.state,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  decidedAt: row.decided_at,
  decidedById: row.decided_by_id,
  decidedBy: row.decided_by,
  decisionReason: row.decision_reason,
});

const toRow = (record: ApprovalRecord): ApprovalTable => ({
  id: record.id,
  user_id: record.userId,
  user: record.user,
  kind: record.kind,
  network: record.network,
  app_id: record.appId,
  target: record.target,
  digest: record.digest,
  argv: JSON.stringify(record.argv),
  details: JSON.stringify(record.details),
  reason: record.reason,
  state: record.state,
  created_at: record.createdAt,
  expires_at: record.expiresAt,
  decided_at: record.decidedAt,
  decided_by_id: record.decidedById,
  decided_by: record.decidedBy,
  decision_reason: record.decisionReason,
});

export class SqlApprovalStore implements ApprovalStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  ask(
    record: ApprovalRecord,
    { most, forgetBefore }: { most: number; forgetBefore: string },
  ): Promise<{ record: ApprovalRecord; added: boolean }> {
    const now = record.createdAt;
    return this.#db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('approvals').where('created_at', '<', forgetBefore).execute();
      await transaction
        .updateTable('approvals')
        .set({ state: 'expired' })
        .where('user_id', '=', record.userId)
        .where('state', '=', 'pending')
        .where('expires_at', '<=', now)
        .execute();
      const waiting = await transaction
        .selectFrom('approvals')
        .selectAll()
        .where('user_id', '=', record.userId)
        .where('state', '=', 'pending')
        .execute();
      const same = waiting.find(({ digest }) => digest === record.digest);
      if (same !== undefined) return { record: toRecord(same, now), added: false };
      if (waiting.length >= most) {
        throw new RigError('too_many_approvals', `${most} requests of ${record.user} wait already.`);
      }
      try {
        await transaction.insertInto('approvals').values(toRow(record)).execute();
      } catch (error) {
        if (!isDangling(error)) throw error;
        throw new RigError('not_found', 'The app or user has been removed meanwhile.', { cause: error });
      }
      return { record, added: true };
    });
  }

  async get(id: string, now: string): Promise<ApprovalRecord | undefined> {
    const row = await this.#all().where('id', '=', id).executeTakeFirst();
    return row && toRecord(row, now);
  }

  async list(now: string, limit: number): Promise<ApprovalRecord[]> {
    const rows = await this.#all().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
    return rows.map((row) => toRecord(row, now));
  }

  async findApproved(userId: string, digest: string, now: string): Promise<ApprovalRecord | undefined> {
    const row = await this.#all()
      .where('user_id', '=', userId)
      .where('digest', '=', digest)
      .where('state', '=', 'approved')
      .where('expires_at', '>', now)
      .orderBy('created_at')
      .executeTakeFirst();
    return row && toRecord(row, now);
  }

  async decide(id: string, decision: ApprovalDecision): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('approvals')
      .set({
        state: decision.state,
        decided_at: decision.at,
        decided_by_id: decision.byId,
        decided_by: decision.by,
        decision_reason: decision.reason,
        expires_at: decision.expiresAt,
      })
      .where('id', '=', id)
      .where('state', '=', 'pending')
      .where('expires_at', '>', decision.at)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async use(id: string, now: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('approvals')
      .set({ state: 'used' })
      .where('id', '=', id)
      .where('state', '=', 'approved')
      .where('expires_at', '>', now)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  #all() {
    return this.#db.selectFrom('approvals').selectAll();
  }
}
