import Type, { type Static } from 'typebox';
import { logSourceKinds } from './log-query.ts';

/**
 * A place in one log store. `epoch` counts the lives of the store: it grows when a store was recovered
 * with a torn tail, so that a sequence number is never used twice for different content. `seq` numbers
 * the records of the store from 1, without holes.
 */
export interface LogCursor {
  epoch: number;
  seq: number;
}

/** As users and APIs write a cursor: `<epoch>.<seq>`. */
export function formatCursor(cursor: LogCursor): string {
  return `${cursor.epoch}.${cursor.seq}`;
}

/** Reads what {@link formatCursor} wrote; null when it is not a cursor. */
export function parseCursor(text: string): LogCursor | null {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(text);
  return match === null ? null : { epoch: Number(match[1]), seq: Number(match[2]) };
}

/** What wrote a line. Stored once per store and referred to by number. */
export interface LogSource {
  kind: (typeof logSourceKinds)[number];
  /** Process name, `build`, `rig`, or `edge`. */
  process: string;
  /** `web.1`, or the name of the build step. */
  instance: string;
  /** Release version; 0 for builds. */
  release: number;
  stream: 'stdout' | 'stderr';
}

export const LogLineSchema = Type.Object(
  {
    type: Type.Literal('line'),
    cursor: Type.String({ description: 'Give it as `after` to go on behind this line.' }),
    at: Type.String({ description: 'When the platform read it (RFC 3339, UTC, milliseconds).' }),
    app: Type.String({ description: 'Name of the app; empty where none is concerned.' }),
    source: Type.Enum([...logSourceKinds], { description: 'What kind of thing wrote it.' }),
    process: Type.String({ description: 'Name of the process.' }),
    instance: Type.String({ description: 'As `web.1`; for a build the name of the step.' }),
    release: Type.Integer({ description: 'Release version; 0 for builds.' }),
    stream: Type.Enum(['stdout', 'stderr'], { description: 'Where it was written to.' }),
    message: Type.String({
      description:
        'The line without its newline. Bytes that are not UTF-8 appear as U+FFFD; then `base64` has them.',
    }),
    base64: Type.Optional(Type.String({ description: 'The exact bytes, only where they are not UTF-8.' })),
    partial: Type.Optional(
      Type.Boolean({
        description: 'True where the line goes on in the next record of this instance and stream.',
      }),
    ),
    fields: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'Fields of a line that is a JSON object or logfmt, beside it.',
      }),
    ),
    context: Type.Optional(
      Type.Boolean({ description: 'True where it does not match itself, but lies near a line that does.' }),
    ),
  },
  { $id: 'LogLine', description: 'One line of a log, or a part of a very long one.' },
);

export const LogGapSchema = Type.Object(
  {
    type: Type.Literal('gap'),
    from: Type.String({ description: 'Cursor of the first record that is lost.' }),
    to: Type.String({ description: 'Cursor of the last record that is lost.' }),
    count: Type.Integer({ description: 'How many records are lost.' }),
    reason: Type.Enum(['damaged', 'expired', 'dropped', 'unsure'], {
      description: 'Why they could not be kept; `unsure` where nobody can tell whether there were any.',
    }),
  },
  { $id: 'LogGap', description: 'Names lines that could not be kept.' },
);

/** Tells a reader that asked for `positions` how far it has come, so that it need not search again what did not match. */
export const LogPositionSchema = Type.Object(
  {
    type: Type.Literal('position'),
    cursor: Type.String({ description: 'Everything up to here was looked at. Give it as `after` to go on.' }),
  },
  { $id: 'LogPosition', description: 'How far a log was read.' },
);

export const LogRecordSchema = Type.Union([LogLineSchema, LogGapSchema]);

export type LogLine = Static<typeof LogLineSchema>;
export type LogGap = Static<typeof LogGapSchema>;
export type LogPosition = Static<typeof LogPositionSchema>;
export type LogRecord = LogLine | LogGap;
