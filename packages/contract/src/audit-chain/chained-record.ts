import { createHash } from 'node:crypto';
import type { AuditEvent } from '../resources/audit.ts';
import { canonicalJson } from './canonical-json.ts';

/** What the first record follows: nothing. */
export const NO_HASH = '0'.repeat(64);

/** One link of the chain: a record as its exact text, and the hash that ties it to the one before. */
export interface ChainedRecord {
  /** SHA-256 in lower-case hex; see {@link recordHash}. */
  readonly hash: string;
  /** An {@link AuditEvent} in canonical JSON. */
  readonly record: string;
}

/** SHA-256 over the previous record's hash in hex, a newline, and the record's canonical text, in hex. */
export function recordHash(previous: string, record: string): string {
  return createHash('sha256').update(`${previous}\n${record}`).digest('hex');
}

/** Puts an event behind the record whose hash is `previous`. */
export function chainRecord(previous: string, event: AuditEvent): ChainedRecord {
  const record = canonicalJson(event);
  return { hash: recordHash(previous, record), record };
}

/** The line of an export: canonical JSON again, in which the record's text stands as it is. */
export function lineOfRecord({ hash, record }: ChainedRecord): string {
  return `{"hash":"${hash}","record":${record}}`;
}

const LINE = /^\{"hash":"([0-9a-f]{64})","record":(\{.*\})\}$/s;

/** Takes a line of an export apart; undefined when it is none. */
export function recordOfLine(line: string): ChainedRecord | undefined {
  const [, hash, record] = LINE.exec(line) ?? [];
  return hash === undefined || record === undefined ? undefined : { hash, record };
}
