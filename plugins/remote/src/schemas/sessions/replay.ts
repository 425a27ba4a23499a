import { description, literals, nullable, Type } from '@rig-ops/contract/schema';

const t = Type.Number(description('Seconds since the session began.'));

export const recordSchema = Type.Union([
  Type.Object({
    type: literals(['output', 'input'], 'Printed by the program, or typed.'),
    t,
    stream: literals(['stdin', 'stdout', 'stderr'], 'Of a terminal everything is `stdout`.'),
    data: Type.String(description('What it was.')),
    encoding: literals(['utf-8', 'base64'], '`base64` where the bytes are not UTF-8.'),
  }),
  Type.Object({
    type: Type.Literal('resize', description('The terminal has another size.')),
    t,
    columns: Type.Integer(description('Characters in a line.')),
    rows: Type.Integer(description('Lines.')),
  }),
  Type.Object({
    type: Type.Literal('marker', description('Something happened to the session.')),
    t,
    text: Type.String(description('What.')),
  }),
  Type.Object({
    type: Type.Literal('exit', description('The program ended.')),
    t,
    exitCode: nullable(Type.Integer(), '128 + n for signal n; null when it was not seen.'),
  }),
]);
