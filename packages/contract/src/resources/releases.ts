import Type, { type Static } from 'typebox';
import { ProcessSchema } from './apps.ts';
import { description, literals, nullable, timestamp } from './describe.ts';
import { ImageSchema } from './images.ts';
import { NameSchema } from './names.ts';
import { ReleaseRolloutSchema } from './rollout.ts';
import { SourceSchema } from './sources.ts';

/** Tags are told apart from versions by how they look. */
export const TAG_PATTERN = '^(?!v?[0-9]+$)[A-Za-z0-9][A-Za-z0-9._-]{0,62}$';

export const TagNameSchema = Type.String({
  pattern: TAG_PATTERN,
  description: 'Letters, digits, dots, hyphens and underscores, and not what looks like a version; 1 to 63.',
});

export const RollbackPartSchema = literals(
  ['code', 'config'],
  '`code`: build, files and process table; `config`: the variables.',
);

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
    image: nullable(ImageSchema, 'The image that it runs; null for one that runs programs of its machine.'),
    processes: Type.Array(ProcessSchema, description('Its process table.')),
    rollbackOf: nullable(Type.Integer(), 'The version whose content it reuses; null for a deploy.'),
    rollbackOnly: nullable(
      RollbackPartSchema,
      'The part of it that it reuses, the other being as it was live; null for all.',
    ),
    tags: Type.Array(TagNameSchema, description('Its names, in order.')),
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
export type RollbackPart = Static<typeof RollbackPartSchema>;
