import Type, { type Static } from 'typebox';
import { type LogLevel, logLevels, logSourceKinds } from './log-words.ts';

export { type LogLevel, logLevels, logSourceKinds };

const MAX_VALUES = 100;
const MAX_PATTERN = 1000;
const MAX_CONTEXT = 1000;

const names = (description: string) =>
  Type.Optional(
    Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: MAX_VALUES, description }),
  );

/**
 * What a line must contain. Patterns are alternatives, as with several `-e` of grep. A piece of a line longer
 * than 64 KiB is looked at on its own; the pieces behind a hit come with it.
 */
export const LogMatchSchema = Type.Object(
  {
    patterns: Type.Array(Type.String({ minLength: 1, maxLength: MAX_PATTERN }), {
      minItems: 1,
      maxItems: MAX_VALUES,
      description: 'A line that contains one of them is taken.',
    }),
    regex: Type.Optional(
      Type.Boolean({
        description: 'The patterns are regular expressions (RE2 syntax), otherwise plain text.',
      }),
    ),
    ignoreCase: Type.Optional(Type.Boolean({ description: 'Upper and lower case are the same.' })),
    invert: Type.Optional(Type.Boolean({ description: 'Take the lines that contain none of them instead.' })),
  },
  { $id: 'LogMatch', description: 'What a line must contain.' },
);

/**
 * Which lines of a log are wanted. Everything given must hold; several values of one kind are alternatives.
 * It is evaluated where the lines are stored, so that only what is wanted travels.
 */
export const LogQuerySchema = Type.Object(
  {
    since: Type.Optional(Type.String({ description: 'Lines read at this time or later (RFC 3339).' })),
    until: Type.Optional(Type.String({ description: 'Lines read before this time (RFC 3339).' })),
    match: Type.Optional(LogMatchSchema),
    levels: Type.Optional(
      Type.Array(Type.Enum([...logLevels]), {
        minItems: 1,
        maxItems: logLevels.length,
        description: 'Levels of the line itself; a line without one is not taken.',
      }),
    ),
    processes: names('Names of processes.'),
    instances: names('Names of instances, as `web.1`; for a build the names of steps.'),
    releases: Type.Optional(
      Type.Array(Type.Integer({ minimum: 0 }), {
        minItems: 1,
        maxItems: MAX_VALUES,
        description: 'Release versions.',
      }),
    ),
    streams: Type.Optional(
      Type.Array(Type.Enum(['stdout', 'stderr']), { minItems: 1, maxItems: 2, description: 'Streams.' }),
    ),
    sources: Type.Optional(
      Type.Array(Type.Enum([...logSourceKinds]), {
        minItems: 1,
        maxItems: logSourceKinds.length,
        description: 'Kinds of what wrote the line.',
      }),
    ),
    where: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 4096,
        description: 'A condition on the fields of JSON and logfmt lines, as `status>=500 and path~/api`.',
      }),
    ),
    before: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MAX_CONTEXT,
        description: 'So many lines in front of each that matches come too, marked as `context`.',
      }),
    ),
    after: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MAX_CONTEXT,
        description: 'So many lines behind each that matches come too, marked as `context`.',
      }),
    ),
  },
  { $id: 'LogQuery', description: 'Which lines of a log are wanted.' },
);

export type LogMatch = Static<typeof LogMatchSchema>;
export type LogQuery = Static<typeof LogQuerySchema>;
