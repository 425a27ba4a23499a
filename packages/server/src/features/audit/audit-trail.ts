import type { Problem } from '@rig-ops/contract/resources';
import type { Kysely } from 'kysely';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import type { Database } from '../../store/database.ts';
import { type AuditKey, openAuditKey } from './audit-key.ts';
import { beginChain, type ChainIdentity, ownEvent } from './begin-chain.ts';
import { checkContinuity } from './check-continuity.ts';
import { CheckpointFile } from './checkpoint-file.ts';
import { CheckpointKeeper } from './checkpoint-keeper.ts';
import { Retention } from './retention.ts';
import { SqlAuditLog } from './sql-audit-log.ts';

export interface AuditTrailOptions {
  readonly db: Kysely<Database>;
  /** Folder of key and checkpoints. */
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
}

/** The audit log of one platform with what proves it. */
export interface AuditTrail {
  readonly log: SqlAuditLog;
  readonly key: AuditKey;
  readonly identity: ChainIdentity;
  readonly checkpoints: CheckpointFile;
  readonly keeper: CheckpointKeeper;
  /** Not started: it waits for those who are still to be sent records. */
  readonly retention: Retention;
  problems(): Problem[];
  close(): Promise<void>;
}

/**
 * Opens the chain, begins it if need be, and records that rigd goes on with it. A chain that was
 * tampered with is gone on with too: the platform stays up, says so, and the evidence stays.
 */
export async function openAuditTrail(options: AuditTrailOptions): Promise<AuditTrail> {
  const { db, folder, clock, logger, version } = options;
  const key = await openAuditKey(folder);
  const checkpoints = await CheckpointFile.open(folder);
  const log = await SqlAuditLog.open(db, clock);
  const damage = await checkContinuity(log, checkpoints, key);
  if (damage !== undefined) logger.error('The audit log is not as it was left', { problem: damage });
  const identity = await beginChain(db, log, key);
  const keeper = new CheckpointKeeper({ log, file: checkpoints, key, identity, clock, logger });
  // Names the newest checkpoint, so that one cut off from their file is missed later on.
  await log.append(
    ownEvent(
      'audit.open',
      { version, checkpoint: keeper.newest, ...(damage === undefined ? {} : { problem: damage }) },
      damage === undefined
        ? { result: 'succeeded', errorCode: null }
        : { result: 'failed', errorCode: 'audit_damaged' },
    ),
  );
  const retention = new Retention({ db, log, keeper, clock, logger });
  keeper.start();
  return {
    log,
    key,
    identity,
    checkpoints,
    keeper,
    retention,
    problems: () => (damage === undefined ? [] : [problemOf(damage)]),
    async close() {
      await retention.close();
      await keeper.close();
    },
  };
}

const problemOf = (damage: string): Problem => ({
  code: 'audit_damaged',
  app: null,
  message: damage,
  fix: 'Run `rig audit verify`, and compare with an export made earlier.',
});
