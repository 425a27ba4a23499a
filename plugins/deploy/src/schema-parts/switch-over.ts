import { DeploySchema, ReleaseSchema } from '@rig-ops/contract/resources';
import { description, NameSchema, nullable, Type } from '@rig-ops/contract/schema';

const StepDurationSchema = Type.Object(
  {
    name: Type.String(description('As shown to people.')),
    durationMs: Type.Integer(description('How long it took, in milliseconds.')),
  },
  { $id: 'StepDuration', description: 'What took how long.' },
);

/** What is known once a release has become live. */
export const switchOver = {
  app: NameSchema,
  url: nullable(Type.String(), 'Where the app answers; null for one without `web`.'),
  release: nullable(ReleaseSchema, 'What is live now; null when its end was not waited for.'),
  deploy: DeploySchema,
  steps: Type.Array(StepDurationSchema, description('In the order they happened.')),
  durationMs: Type.Integer(description('How long all of it took, in milliseconds.')),
};
