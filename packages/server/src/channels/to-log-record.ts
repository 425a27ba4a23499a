import { isUtf8 } from 'node:buffer';
import { formatCursor, type LogPosition, type LogRecord } from '@rig-ops/contract/log-record';
import type { StoredPosition, StoredRecord } from '@rig-ops/logstore';

const decoder = new TextDecoder();

/** A stored record as clients get it. */
export function toLogRecord(record: StoredRecord | StoredPosition, app: string): LogRecord | LogPosition {
  if (record.type === 'position') return { type: 'position', cursor: formatCursor(record.cursor) };
  if (record.type === 'gap') {
    const { from, to, count, reason } = record;
    return { type: 'gap', from: formatCursor(from), to: formatCursor(to), count, reason };
  }
  const { cursor, at, source, bytes, partial, context } = record;
  return {
    type: 'line',
    cursor: formatCursor(cursor),
    at: new Date(at).toISOString(),
    app,
    source: source.kind,
    process: source.process,
    instance: source.instance,
    release: source.release,
    stream: source.stream,
    message: decoder.decode(bytes),
    ...(isUtf8(bytes) ? {} : { base64: Buffer.from(bytes).toString('base64') }),
    ...(partial ? { partial: true } : {}),
    ...(context === true ? { context } : {}),
  };
}
