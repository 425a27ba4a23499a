import { description, literals, nullable, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  plugins: Type.Array(
    Type.Object({
      name: Type.String(description('Name of its package.')),
      from: Type.String(description('The version before.')),
      to: Type.String(description('The version now.')),
      status: literals(
        ['updated', 'current', 'linked', 'failed'],
        'What became of it; a linked folder is left alone.',
      ),
      error: nullable(
        Type.Object({
          code: Type.String(description('Permanent code.')),
          message: Type.String(description('What and why.')),
          hint: Type.String(description('What to do next.')),
          exitCode: Type.Integer(description('Exit code of this kind of error.')),
          details: Type.Optional(
            Type.Record(Type.String(), Type.Unknown(), description('More, by the kind of error.')),
          ),
        }),
        'Why it stays as it was.',
      ),
    }),
    description('Every plugin that was looked at.'),
  ),
});
