import { formatCursor, type LogSource } from '@rig-ops/contract/log-record';
import { type AppendLine, openLogReader, type ReadOptions, type StoredRecord } from '../index.ts';

/** Lines of one instance, one millisecond apart. */
export function linesOf(texts: readonly string[], instance = 'web.1'): AppendLine[] {
  const source: LogSource = { kind: 'app', process: 'web', instance, release: 1, stream: 'stdout' };
  return texts.map((text, index) => ({ at: 1_700_000_000_000 + index, source, bytes: Buffer.from(text) }));
}

/** Everything a store holds, or what the options leave of it. */
export async function readAll(dir: string, options: Partial<ReadOptions> = {}): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  const signal = new AbortController().signal;
  for await (const batch of openLogReader(dir).read({ signal, ...options, positions: false }))
    records.push(...batch);
  return records;
}

/** Records as `<cursor> <text>` and `gap <from>-<to> <count> <reason>`. */
export function textOf(records: readonly StoredRecord[]): string[] {
  return records.map((record) =>
    record.type === 'line'
      ? `${formatCursor(record.cursor)} ${Buffer.from(record.bytes).toString()}`
      : `gap ${formatCursor(record.from)}-${formatCursor(record.to)} ${record.count} ${record.reason}`,
  );
}
