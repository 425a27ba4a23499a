export { LineSplitter, MAX_LINE_BYTES, type SplitLine } from './line-splitter.ts';
export { type LogReader, openLogReader, type ReadOptions } from './log-reader.ts';
export { type AppendLine, type LogWriter, openLogWriter, type SpoolPosition } from './log-writer.ts';
export type { StoredGap, StoredLine, StoredRecord } from './stored-record.ts';
