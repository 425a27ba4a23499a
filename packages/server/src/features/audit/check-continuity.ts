import { type CheckpointStatement, readCheckpoint, recordHash } from '@rig-ops/contract/audit-chain';
import type { AuditKey } from './audit-key.ts';
import type { CheckpointFile } from './checkpoint-file.ts';
import type { SqlAuditLog } from './sql-audit-log.ts';

const CHECKED_AT_ONCE = 500;

/**
 * Compares the end of the chain with the checkpoints when rigd starts: what was altered while it did not
 * run would otherwise be signed as it is. Reads only what lies behind the last checkpoint; verifying reads
 * all of it.
 * @returns what is wrong, in words; undefined when nothing is
 */
export async function checkContinuity(
  log: SqlAuditLog,
  file: CheckpointFile,
  key: AuditKey,
): Promise<string | undefined> {
  if (key.fresh && log.head.seq > 0)
    return 'The key of the audit log was missing; a new one signs from here on.';
  const statements: CheckpointStatement[] = [];
  for (const line of file.lines) {
    const read = readCheckpoint(line, key.publicKey);
    if (read?.genuine !== true) return 'The file of checkpoints was altered, or belongs to another key.';
    statements.push(read.statement);
  }
  const furthest = statements.toSorted((a, b) => a.seq - b.seq).at(-1);
  if (furthest === undefined) {
    return log.head.seq > 0 && (await log.read(0, 1, 1)).length === 0
      ? 'The checkpoints of the audit log are missing.'
      : undefined;
  }
  if (furthest.seq > log.head.seq) {
    return `The audit log ends at record ${log.head.seq}; a checkpoint covers record ${furthest.seq}.`;
  }
  return await checkTail(log, furthest);
}

async function checkTail(log: SqlAuditLog, furthest: CheckpointStatement): Promise<string | undefined> {
  const [covered] = await log.read(furthest.seq - 1, 1, furthest.seq);
  // Pruned up to the very record, or altered.
  if (covered !== undefined && covered.hash !== furthest.hash)
    return `Record ${furthest.seq} of the audit log is not the one that its checkpoint covers.`;
  let { seq, hash } = furthest;
  for (;;) {
    const links = await log.read(seq, CHECKED_AT_ONCE);
    for (const link of links) {
      if (link.seq !== seq + 1 || recordHash(hash, link.record) !== link.hash)
        return `The audit log was altered at record ${seq + 1}.`;
      ({ seq, hash } = link);
    }
    if (links.length < CHECKED_AT_ONCE) return undefined;
  }
}
