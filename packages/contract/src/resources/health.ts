import Type, { type Static } from 'typebox';
import { description } from './describe.ts';

export const LivenessSchema = Type.Object(
  { alive: Type.Literal(true, description('It answers.')) },
  { $id: 'Liveness', description: 'That the process answers, whatever it can reach.' },
);

export const ReadinessSchema = Type.Object(
  {
    ready: Type.Literal(true, description('It can serve.')),
    checks: Type.Array(
      Type.String(),
      description('What was looked at: `started`, `database`, `supervisor`, `edge`.'),
    ),
  },
  { $id: 'Readiness', description: 'That the platform can serve.' },
);

export type Readiness = Static<typeof ReadinessSchema>;
