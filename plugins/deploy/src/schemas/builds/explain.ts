import { ExplanationSchema, SourceSchema } from '@rig-ops/contract/resources';
import { nullable, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  source: SourceSchema,
  ...ExplanationSchema.properties,
  config: nullable(
    Type.Array(Type.String()),
    'Names of the variables that the app of --app has for builds, sorted; null without --app.',
  ),
  path: nullable(Type.String(), 'The folder that was looked at; null for what was unpacked for it.'),
});
