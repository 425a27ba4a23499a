import { BundleLimitsSchema } from '@rig-ops/contract/bundle-manifest';
import { description, nullable, Type } from '@rig-ops/contract/schema';
import { difference } from '../schema-parts/difference.ts';
import { switchOver } from '../schema-parts/switch-over.ts';

const DeployedSchema = Type.Object({
  ...switchOver,
  bundle: nullable(
    Type.Object({
      id: Type.String(description('Digest of its content.')),
      files: Type.Integer(description('How many files it has.')),
      bytes: Type.Integer(description('Their size in bytes.')),
      sentBytes: Type.Integer(
        description('What went over the wire, compressed and with the manifest, in bytes.'),
      ),
      uploadedBytes: Type.Integer(description('The content of that before compression, in bytes.')),
      reusedBytes: Type.Integer(description('What the platform had already, in bytes.')),
    }),
    'What was uploaded; null when an earlier deploy was followed.',
  ),
  build: nullable(
    Type.Object({
      id: Type.String(description('The build whose artifact runs.')),
      reused: Type.Boolean(
        description('Whether it was there already, from the same source and build config.'),
      ),
      installFromCache: Type.Boolean(
        description('Whether its dependencies came from an earlier build with the same lockfile.'),
      ),
    }),
    'How the artifact came to be; null with --detach.',
  ),
});

const DryRunSchema = Type.Object(
  {
    dryRun: Type.Literal(true),
    app: Type.String(description('Name of the app it would be deployed as.')),
    root: Type.String(description('What was looked at.')),
    files: Type.Integer(description('How many files would go up.')),
    bytes: Type.Integer(description('Their size in bytes.')),
    entries: Type.Array(
      Type.Object({
        type: Type.Union([Type.Literal('file'), Type.Literal('symlink'), Type.Literal('directory')], {
          description: 'A directory only when it is empty.',
        }),
        path: Type.String(description('Relative to the root.')),
        size: Type.Optional(Type.Integer(description('Of a file, in bytes.'))),
        executable: Type.Optional(Type.Boolean(description('Whether a file may be executed.'))),
        target: Type.Optional(Type.String(description('What a symlink points to.'))),
      }),
      description('Everything that would go up.'),
    ),
    ignored: Type.Array(
      Type.Object({
        path: Type.String(description('Relative to the root; of a folder only the folder itself.')),
        rule: Type.String(description('Why: file, line and text of the rule, or a rule of rig.')),
      }),
      description('What is left out.'),
    ),
    notes: Type.Array(Type.String(), description('What the owner of the source should know.')),
    limits: nullable(BundleLimitsSchema, 'Of the platform; null when it could not be asked.'),
  },
  description('With --dry-run: what would be uploaded.'),
);

const PlanSchema = Type.Object(
  {
    plan: Type.Literal(true),
    app: Type.String(description('Name of the app.')),
    digest: Type.String(description('What --apply-plan takes.')),
    hasChanges: Type.Boolean(description('Whether anything would change; the exit code is 20 then.')),
    against: Type.Object(
      {
        release: nullable(Type.Integer(), 'The live release; null for none.'),
        config: nullable(Type.String(), 'The set of variables the app has; null for none.'),
        platform: Type.String(description('Version of the platform.')),
      },
      description('What the plan was made against.'),
    ),
    bundle: Type.Object(
      {
        id: Type.String(description('Digest of the source.')),
        files: Type.Integer(description('How many files it has.')),
        bytes: Type.Integer(description('Their size in bytes.')),
      },
      description('What would be deployed.'),
    ),
    ...difference,
  },
  description('With --plan: what would change.'),
);

export const resultSchema = Type.Union([DeployedSchema, DryRunSchema, PlanSchema]);
