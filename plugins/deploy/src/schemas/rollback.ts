import { RollbackPartSchema } from '@rig-ops/contract/resources';
import { description, NameSchema, nullable, Type } from '@rig-ops/contract/schema';
import { difference } from '../schema-parts/difference.ts';
import { switchOver } from '../schema-parts/switch-over.ts';

const RolledBackSchema = Type.Object({
  ...switchOver,
  undo: nullable(Type.String(), 'What to type to undo it; null when nothing was live before.'),
});

const PlanSchema = Type.Object(
  {
    plan: Type.Literal(true),
    app: NameSchema,
    from: Type.Integer(description('The live release.')),
    to: Type.Integer(description('The release whose content it would have.')),
    only: nullable(RollbackPartSchema, 'The part of it that it would have; null for all.'),
    ...difference,
  },
  description('With --plan: what would change.'),
);

export const resultSchema = Type.Union([RolledBackSchema, PlanSchema]);
