import { RigError } from '@rig-ops/contract/errors';
import type { Kysely, SelectQueryBuilder } from 'kysely';
import type { Database } from '../../store/database.ts';
import { decodeCursor } from '../../store/page.ts';
import type { AuditQuery } from './audit-log.ts';

type Select = SelectQueryBuilder<Database, 'audit_records', { seq: number; record: string }>;

const WORDS = ['user', 'action', 'target', 'result', 'session'] as const;

/**
 * The rows a query asks for, newest first, without its limit.
 * @throws RigError `invalid_input`
 */
export function selectAuditEvents(db: Kysely<Database>, query: AuditQuery): Select {
  let select: Select = db.selectFrom('audit_records').select(['seq', 'record']).orderBy('seq', 'desc');
  for (const column of WORDS) select = matchWord(select, column, query[column]);
  if (query.since !== undefined) select = select.where('at', '>=', toTimestamp(query.since, 'since'));
  if (query.until !== undefined) select = select.where('at', '<', toTimestamp(query.until, 'until'));
  if (query.cursor !== undefined) select = select.where('seq', '<', decodeCursor(query.cursor, 'number'));
  return select;
}

function matchWord(select: Select, column: (typeof WORDS)[number], word: string | undefined): Select {
  if (word === undefined) return select;
  if (!word.endsWith('*')) return select.where(column, '=', word);
  const prefix = word.slice(0, -1);
  if (prefix === '') return select;
  // A range, which an index serves; no text that begins so sorts behind the last code point.
  return select.where(column, '>=', prefix).where(column, '<', `${prefix}\u{10ffff}`);
}

function toTimestamp(text: string, name: string): string {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(at.getTime())) {
    throw new RigError('invalid_input', `${name} is not a time as 2026-01-31T12:00:00Z.`);
  }
  return at.toISOString();
}
