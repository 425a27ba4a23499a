import type { LogGap, LogRecord } from '@rig-ops/contract/log-record';
import { joinPartialLines, type WholeLine } from '@rig-ops/wire/log-feed';

/** One line for people about lines that could not be kept. */
export function describeGap({ count, from, to, reason }: LogGap): string {
  if (reason === 'unsure') return `Lines may be missing here, at ${from}: the log says why.`;
  const why = {
    damaged: 'the log was damaged',
    expired: 'they were too old',
    dropped: 'there were too many',
  };
  const lines = count === 1 ? '1 line is' : `${count} lines are`;
  return `${lines} missing here, ${from} to ${to}: ${why[reason]}.`;
}

/** What text shows of a log: whole lines; gaps are told to `onGap`. */
export async function* showLog(
  records: AsyncIterable<LogRecord>,
  onGap: (gap: LogGap) => void,
): AsyncGenerator<WholeLine> {
  for await (const record of joinPartialLines(records)) {
    if (record.type === 'gap') onGap(record);
    else yield record;
  }
}
