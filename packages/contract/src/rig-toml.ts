import Type, { type Static } from 'typebox';
import { NAME_PATTERN, SOURCE_FOLDER_PATTERN } from './resources.ts';

/** What `rig.toml` may say. Unknown keys are errors that name the allowed ones. */
export const RigTomlSchema = Type.Object(
  {
    app: Type.Optional(Type.String({ pattern: NAME_PATTERN, description: 'Name of the app.' })),
    root: Type.Optional(
      Type.String({
        pattern: SOURCE_FOLDER_PATTERN,
        description: 'Folder of the app inside the source, as services/api; `.` when absent.',
      }),
    ),
    build: Type.Optional(
      Type.Object(
        {
          command: Type.Optional(
            Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String(), { minItems: 1 })], {
              description: 'A shell line, or an argument vector run without a shell.',
            }),
          ),
          detector: Type.Optional(
            Type.Enum(['node', 'python', 'ruby', 'go', 'static'], {
              description: 'Use this detector for the build instead of finding one.',
            }),
          ),
          output: Type.Optional(
            Type.String({
              minLength: 1,
              description: 'Folder of the built static site, relative to the source.',
            }),
          ),
          timeout: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 7200,
              description: 'Seconds a step of the build may take; 900 when absent.',
            }),
          ),
        },
        { additionalProperties: false, description: 'How to build it.' },
      ),
    ),
    processes: Type.Optional(
      Type.Record(
        Type.String({ pattern: NAME_PATTERN }),
        Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String(), { minItems: 1 })]),
        {
          description:
            'Process name → command: a shell line, or an argument vector run without a shell. `web` gets HTTP traffic on $PORT.',
        },
      ),
    ),
    env: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), Type.String(), {
        description: 'Environment of every process and of the build; not for secrets.',
      }),
    ),
    health: Type.Optional(
      Type.Object(
        {
          path: Type.Optional(
            Type.String({
              pattern: '^/',
              description:
                'Path that `web` answers with a status below 400 when it is well; `/` when absent, where any status below 500 counts.',
            }),
          ),
          timeout: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 600,
              description: 'Seconds a new release has to become healthy; 60 when absent.',
            }),
          ),
        },
        { additionalProperties: false, description: 'When `web` counts as well.' },
      ),
    ),
    drain: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 3600,
        description: 'Seconds that requests under way have to finish after a switch; 30 when absent.',
      }),
    ),
  },
  { $id: 'RigToml', additionalProperties: false, description: 'rig.toml, the manifest of an app.' },
);

export type RigToml = Static<typeof RigTomlSchema>;
