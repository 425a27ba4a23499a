import { formatCursor, type LogCursor, parseCursor } from '@rig-ops/contract/log-record';
import {
  FolderWatch,
  levelOf,
  openLogReader,
  type StoredGap,
  type StoredLine,
  type StoredPosition,
} from '@rig-ops/logstore';
import type { DrainSource } from '../../drains/drain-pump.ts';
import type { DrainRecord } from '../../drains/drain-sink.ts';

/** A log that is sent somewhere. */
export interface DrainedLog {
  readonly dir: string;
  readonly app: string;
  readonly network: string;
}

const severities = {
  trace: 'info',
  debug: 'info',
  info: 'info',
  warn: 'warning',
  error: 'error',
  fatal: 'error',
} as const;

const decoder = new TextDecoder();

/** A log as something drains read: a position is a cursor, an empty one the beginning. */
export function sourceOfLog(log: DrainedLog): DrainSource<string> {
  return {
    async read(after, limit) {
      const { signal } = new AbortController();
      const from = parseCursor(after);
      const reading = openLogReader(log.dir).read({ signal, ...(from === null ? {} : { after: from }) });
      const records: DrainRecord[] = [];
      let next = after;
      for await (const batch of reading) {
        for (const record of batch) {
          records.push(record.type === 'gap' ? gapRecord(record, log) : lineRecord(record, log));
          next = formatCursor(record.type === 'gap' ? record.to : record.cursor);
          if (records.length >= limit) return { records, next };
        }
      }
      return { records, next };
    },
    onNew(listener) {
      const stop = new AbortController();
      const watch = new FolderWatch(log.dir);
      watch.arm();
      void watch.wait([stop.signal]).then(listener);
      return () => {
        stop.abort();
        watch.close();
      };
    },
  };
}

/** Where a log ends now; null while there is none. */
export async function endOfLog(dir: string): Promise<LogCursor | null> {
  const { signal } = new AbortController();
  let end: LogCursor | null = null;
  for await (const batch of openLogReader(dir).read({ tail: 0, positions: true, signal })) {
    for (const record of batch as (StoredLine | StoredGap | StoredPosition)[]) {
      end = record.type === 'gap' ? record.to : record.cursor;
    }
  }
  return end;
}

function lineRecord({ cursor, at, source, bytes, partial }: StoredLine, log: DrainedLog): DrainRecord {
  const level = levelOf(bytes);
  return {
    at: new Date(at).toISOString(),
    severity: level === undefined ? 'info' : severities[level],
    event: source.kind === 'edge' ? 'edge.request' : 'log.line',
    body: decoder.decode(bytes),
    attributes: {
      app: log.app,
      network: log.network,
      source: source.kind,
      process: source.process,
      instance: source.instance,
      release: source.release,
      stream: source.stream,
      // A receiver that gets a record twice can tell by it.
      cursor: formatCursor(cursor),
      ...(level === undefined ? {} : { level }),
      ...(partial ? { partial } : {}),
    },
  };
}

function gapRecord({ from, to, count, reason }: StoredGap, log: DrainedLog): DrainRecord {
  return {
    at: new Date().toISOString(),
    severity: 'warning',
    event: 'log.gap',
    body: `${count} lines could not be kept (${reason}).`,
    attributes: {
      app: log.app,
      network: log.network,
      count,
      reason,
      from: formatCursor(from),
      to: formatCursor(to),
      cursor: formatCursor(to),
    },
  };
}
