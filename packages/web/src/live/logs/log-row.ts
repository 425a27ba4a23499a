import { levelOfText } from '@rig-ops/contract/log-level';
import type { LogGap } from '@rig-ops/contract/log-record';
import type { LogLevel } from '@rig-ops/contract/log-words';
import type { WholeLine } from '@rig-ops/wire/log-feed';
import { plainText } from './styled-text.ts';

/** A line of a log as a page holds it. */
export interface LineRow extends Pick<WholeLine, 'app' | 'at' | 'instance' | 'source' | 'stream'> {
  readonly type: 'line';
  /** As the app wrote it, with its colours. */
  readonly text: string;
  /** Whether it only surrounds one that matches. */
  readonly context: boolean;
}

/** Something about the log that is no line of it. */
export interface NoteRow {
  readonly type: 'gap' | 'note';
  /** When it happened, where that is known. */
  readonly at?: string;
  readonly text: string;
}

export type LogRow = LineRow | NoteRow;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function toRow(record: WholeLine | LogGap): LogRow {
  if (record.type === 'gap') return { type: 'gap', text: describeGap(record) };
  const { app, at, bytes, context, instance, source, stream } = record;
  const text = decoder.decode(bytes);
  // Progress bars end with a carriage return; at the end of a line it means nothing.
  return {
    type: 'line',
    app,
    at,
    instance,
    source,
    stream,
    text: text.endsWith('\r') ? text.slice(0, -1) : text,
    context: context === true,
  };
}

/** What there is in place of lines that could not be kept. */
function describeGap({ count, reason }: Pick<LogGap, 'count' | 'reason'>): string {
  if (reason === 'unsure') return 'Lines may be missing here.';
  const why = {
    damaged: 'the log was damaged',
    expired: 'they were too old to be kept',
    dropped: 'there were more than could be kept',
  }[reason];
  return `${count.toLocaleString('en')} ${count === 1 ? 'line is' : 'lines are'} missing here: ${why}.`;
}

/** What a row shows without its colours: for searching, copying and measuring. */
export const textOfRow = (row: LogRow): string => (row.type === 'line' ? plainText(row.text) : row.text);

/** Of what a line says it is; undefined where it says nothing. */
export function levelOfRow(row: LogRow): LogLevel | undefined {
  return row.type === 'line' && row.source !== 'edge' ? levelOfText(row.text) : undefined;
}
