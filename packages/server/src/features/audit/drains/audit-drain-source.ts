import { lineOfRecord } from '@rig-ops/contract/audit-chain';
import type { AuditEvent } from '@rig-ops/contract/resources';
import type { DrainSource } from '../../../drains/drain-pump.ts';
import type { DrainRecord } from '../../../drains/drain-sink.ts';
import type { SqlAuditLog, StoredRecord } from '../sql-audit-log.ts';

const SEVERITIES = { started: 'info', succeeded: 'info', refused: 'warning', failed: 'notice' } as const;

/**
 * A record as receivers get it. The body is the line of an export, hash and all: what a receiver keeps can
 * be held against the platform's log.
 */
function toDrainRecord(stored: StoredRecord): DrainRecord {
  const { at, user, action, target, result, errorCode, client, invocationId, requestId } = JSON.parse(
    stored.record,
  ) as AuditEvent;
  return {
    at,
    severity: SEVERITIES[result],
    event: action,
    body: lineOfRecord(stored),
    attributes: {
      seq: stored.seq,
      user,
      action,
      target,
      result,
      client,
      request_id: requestId,
      ...(errorCode === null ? {} : { error_code: errorCode }),
      ...(invocationId === null ? {} : { invocation_id: invocationId }),
    },
  };
}

/** The chain as something that drains read: a position is the number of a record. */
export function sourceOfAuditLog(log: SqlAuditLog): DrainSource {
  return {
    async read(after, limit) {
      const stored = await log.read(after, limit);
      return { records: stored.map(toDrainRecord), next: stored.at(-1)?.seq ?? after };
    },
    onNew: (listener) => log.onAppended(() => listener()),
  };
}
