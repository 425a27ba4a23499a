import Type, { type Static } from 'typebox';
import { ProcessSchema } from './apps.ts';
import { description, literals, nullable, timestamp } from './describe.ts';
import { NameSchema } from './names.ts';
import { ReleaseRolloutSchema } from './rollout.ts';
import { SourceSchema } from './sources.ts';

export const ReleaseSchema = Type.Object(
  {
    version: Type.Integer(description('1, 2, … within the app.')),
    app: NameSchema,
    status: literals(
      ['pending', 'live', 'superseded', 'failed'],
      '`live` serves; `superseded` did once; `failed` never became live, or was taken back while it was watched.',
    ),
    buildId: Type.String(description('The build whose artifact it runs.')),
    bundleId: Type.String(description('The bundle it was built from.')),
    configId: nullable(Type.String(), 'The set of variables it runs with; null for none.'),
    detector: Type.String(description('What recognised the source.')),
    processes: Type.Array(ProcessSchema, description('Its process table.')),
    rollbackOf: nullable(Type.Integer(), 'The version whose content it reuses; null for a deploy.'),
    message: nullable(Type.String(), 'What the deployer said about it.'),
    source: nullable(SourceSchema, 'Where its content comes from; null when that was not told.'),
    createdBy: Type.String(description('User who deployed it.')),
    createdAt: timestamp('When it was made'),
    rollout: nullable(ReleaseRolloutSchema, 'How it took over; null for a release of an older rig.'),
    failure: nullable(Type.String(), 'Why it failed; null otherwise.'),
  },
  { $id: 'Release', description: 'Immutable: artifact, environment and process table.' },
);

export type Release = Static<typeof ReleaseSchema>;
