import { description, literals, Type } from '@rig-ops/contract/schema';

export const recordSchema = Type.Object({
  type: Type.Literal('line'),
  part: literals(['supervisor', 'rigd', 'edge'], 'Which part of the platform wrote it.'),
  message: Type.String(description('The line without its newline.')),
});
