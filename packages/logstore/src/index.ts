export { type LogReader, openLogReader, type ReadOptions } from './log-reader.ts';
export { type AppendText, type LogWriter, openLogWriter, type SpoolPosition } from './log-writer.ts';
export { checkLogQuery } from './query/compile-query.ts';
export { compileLineFilter } from './query/line-filter.ts';
export { applyRetention, freeOldest, type StoreLimits } from './retention.ts';
export { scanText } from './scan-text.ts';
export type { StoredGap, StoredLine, StoredPosition, StoredRecord } from './stored-record.ts';
export type { AppendLine } from './text-run.ts';
