import { Flags } from '@oclif/core';
import type { LogPosition, LogRecord } from '@rig-ops/contract/log-record';
import { RigCommand } from '@rig-ops/kit';
import {
  type LogsRequest,
  type OpenLog,
  readLogs,
  SharedConnectionWatch,
  type WantedLog,
  type WholeLine,
} from '@rig-ops/wire/log-feed';
import { LineRenderer } from './logic/line-renderer.ts';
import { describeGap, showLog } from './logic/show-log.ts';
import { type TimeForm, timeForms } from './logic/time-forms.ts';
import { withFields } from './logic/with-fields.ts';

/** Flags of every command that shows a log. */
export const logFlags = {
  follow: Flags.boolean({ char: 'f', description: 'Go on with new lines as they come.' }),
  timestamps: Flags.boolean({ char: 't', description: 'Begin each line with its time.' }),
  'time-form': Flags.string({
    options: [...timeForms],
    description: 'How a time is written; means --timestamps.',
    helpValue: timeForms.join('|'),
  }),
  utc: Flags.boolean({ description: 'Times in UTC instead of local time.' }),
  raw: Flags.boolean({ description: 'Every line exactly as it was written, on a terminal too.' }),
  prefix: Flags.boolean({
    description: 'Begin each line with what wrote it; --no-prefix leaves it out.',
    default: true,
    allowNo: true,
  }),
  'max-wait': Flags.integer({
    description: 'Seconds to wait for a platform that went away while following.',
    helpValue: 'SECONDS',
    default: 180,
    min: 0,
    max: 86_400,
  }),
};

/** Bounds of `tail` in the API. */
const MAX_LINES = 1_000_000;

export const linesFlag = {
  char: 'n' as const,
  aliases: ['tail'],
  min: 0,
  max: MAX_LINES,
  helpValue: 'LINES',
};

interface LogFlags {
  follow: boolean;
  timestamps: boolean;
  'time-form': string | undefined;
  utc: boolean;
  raw: boolean;
  prefix: boolean;
  reverse: boolean;
  lines: number | undefined;
  'max-wait': number;
}

export interface LogsWanted {
  logs: readonly WantedLog[];
  onRecord?: LogsRequest['onRecord'];
  /** Whether each line tells its app. */
  namesApp?: boolean;
}

/** The base of the commands that show a log: they say which one. */
export abstract class LogCommand extends RigCommand {
  #renderer: LineRenderer | undefined;

  protected get openLog(): OpenLog {
    return (params, signal) => this.rig.records<LogRecord | LogPosition>('logs', params, { signal });
  }

  /** The records in machine formats; whole lines as text. */
  protected stream(wanted: LogsWanted, flags: LogFlags): AsyncIterable<LogRecord | WholeLine> {
    const { logs, onRecord, namesApp = false } = wanted;
    const records = readLogs(this.openLog, {
      logs,
      follow: flags.follow,
      reverse: flags.reverse,
      tail: flags.lines,
      signal: this.signal,
      connection: new SharedConnectionWatch(
        {
          lost: () => this.ui.note('The connection was lost; trying again …'),
          back: () => this.ui.note('The connection is back; nothing was missed.'),
        },
        flags['max-wait'] * 1000,
      ),
      onRecord,
    });
    if (this.ui.machine) return flags.raw ? records : withFields(records);
    this.#renderer = new LineRenderer({
      prefix: flags.prefix,
      namesApp,
      time: (flags['time-form'] as TimeForm | undefined) ?? (flags.timestamps ? 'full' : undefined),
      utc: flags.utc,
      raw: flags.raw,
      terminal: this.streams.stdout.isTTY === true,
      colour: this.ui.colour,
    });
    return showLog(records, (gap) => this.ui.warn(describeGap(gap)));
  }

  override renderRecord(record: object): Uint8Array | undefined {
    return this.#renderer?.render(record as WholeLine);
  }
}
