import { description, literals, nullable, Type } from '@rig-ops/contract/schema';

const outputOf = (name: 'stdout' | 'stderr', most: string) => ({
  [name]: Type.String(description(`What the program wrote to ${name}, at most ${most}.`)),
  [`${name}Encoding`]: literals(['utf-8', 'base64'], '`base64` where the bytes are not UTF-8.'),
  [`${name}Bytes`]: Type.Integer(description('All bytes there were, also those not kept.')),
  [`${name}Truncated`]: Type.Boolean(description('Whether there were more than are kept.')),
});

const ended = Type.Object({
  exitCode: Type.Integer(description('128 + n when signal n ended it.')),
  signal: nullable(Type.String(), 'Name of the signal that ended it; null when none did.'),
  ...outputOf('stdout', '16 MiB'),
  ...outputOf('stderr', '16 MiB'),
});

/** With --detach there is a session and nothing else to say of it yet. */
export const resultSchema = Type.Object({
  session: Type.String(description('Id of the session, as `rig sessions` and the audit log name it.')),
  instance: Type.String(description('Where it runs, as `web.1`.')),
  ...Type.Partial(ended).properties,
});

/** With --all, --instances and --batch. */
export const recordSchema = Type.Object({
  type: Type.Literal('result', description('How one of them ended.')),
  id: Type.Optional(
    Type.Union(
      [Type.String(), Type.Number(), Type.Null()],
      description('`id` of the line of the batch; null without.'),
    ),
  ),
  line: Type.Optional(Type.Integer(description('Line of the batch, from 1.'))),
  origin: literals(
    ['remote', 'rig'],
    '`remote`: the program ended and `exitCode` is its own; `rig`: `failure` says why there is no such exit code.',
  ),
  app: nullable(Type.String(), 'The app; null for a line that names none.'),
  instance: nullable(Type.String(), 'Where it ran, as `web.1`; null when it did not come to that.'),
  session: nullable(Type.String(), 'Id of the session; null when there was none.'),
  exitCode: Type.Integer(description('Of the program, or of `failure`.')),
  signal: nullable(Type.String(), 'Name of the signal that ended it; null when none did.'),
  failure: nullable(
    Type.Object(
      {
        code: Type.String(description('Permanent name of the error; docs/errors.md lists them.')),
        message: Type.String(description('What happened and why.')),
        hint: Type.String(description('What to type or change next.')),
        exitCode: Type.Integer(description('Exit code of the error.')),
        requestId: Type.Optional(Type.String(description('The request it belongs to.'))),
        details: Type.Optional(
          Type.Object({}, { additionalProperties: true, description: 'More about it, by code.' }),
        ),
      },
      description('The error.'),
    ),
    'Null when the program ended by itself.',
  ),
  durationMs: Type.Integer(description('From its start to its end, as rig saw it.')),
  ...outputOf('stdout', '4 MiB'),
  ...outputOf('stderr', '4 MiB'),
});
