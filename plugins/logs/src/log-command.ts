import { Flags } from '@oclif/core';
import type { LogRecord } from '@rig-ops/contract/log-record';
import { RigCommand } from '@rig-ops/kit';
import type { WholeLine } from './logic/join-partial-lines.ts';
import { LineRenderer } from './logic/line-renderer.ts';
import { type LogRequest, readLog } from './logic/read-log.ts';
import { describeGap, showLog } from './logic/show-log.ts';

/** Flags of every command that shows a log. */
export const logFlags = {
  follow: Flags.boolean({ char: 'f', description: 'Go on with new lines as they come.' }),
  timestamps: Flags.boolean({ char: 't', description: 'Begin each line with its time (UTC).' }),
  prefix: Flags.boolean({
    description: 'Begin each line with what wrote it; --no-prefix leaves it out.',
    default: true,
    allowNo: true,
  }),
};

/** Bounds of `tail` in the API. */
const MAX_LINES = 1_000_000;

export const linesFlag = {
  char: 'n',
  min: 0,
  max: MAX_LINES,
  helpValue: 'LINES',
} as const;

interface LogFlags {
  follow: boolean;
  timestamps: boolean;
  prefix: boolean;
  lines: number | undefined;
}

/** The base of the commands that show a log: they say which one. */
export abstract class LogCommand extends RigCommand {
  #renderer: LineRenderer | undefined;

  /** The records in machine formats; whole lines as text. */
  protected stream(of: LogRequest['of'], flags: LogFlags): AsyncIterable<LogRecord | WholeLine> {
    const records = readLog((params, signal) => this.rig.records<LogRecord>('logs', params, { signal }), {
      of,
      follow: flags.follow,
      ...(flags.lines === undefined ? {} : { tail: flags.lines }),
      signal: this.signal,
      onConnection: (state) =>
        this.ui.note(
          state === 'lost' ? 'The connection was lost; trying again …' : 'The connection is back.',
        ),
    });
    if (this.ui.machine) return records;
    this.#renderer = new LineRenderer({
      prefix: flags.prefix,
      timestamps: flags.timestamps,
      terminal: this.streams.stdout.isTTY === true,
      colour: this.ui.colour,
    });
    return showLog(records, (gap) => this.ui.warn(describeGap(gap)));
  }

  override renderRecord(record: object): Uint8Array | undefined {
    return this.#renderer?.render(record as WholeLine);
  }
}
