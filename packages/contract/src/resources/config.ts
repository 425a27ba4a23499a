import Type, { type Static } from 'typebox';
import { description, nullable, timestamp } from './describe.ts';
import { DeploySchema } from './deploys.ts';
import { NameSchema } from './names.ts';

export const ConfigVariableSchema = Type.Object(
  {
    key: Type.String(description('Name of the variable.')),
    value: nullable(Type.String(), 'Null for a secret, which nothing shows again.'),
    secret: Type.Boolean(description('Whether its value is write-only.')),
    build: Type.Boolean(description('Whether builds get it as well.')),
    updatedAt: timestamp('When it was set'),
    updatedBy: Type.String(description('User who set it.')),
  },
  { $id: 'ConfigVariable', description: 'One variable of the configuration of an app.' },
);

export const ConfigSchema = Type.Object(
  {
    app: NameSchema,
    configId: nullable(Type.String(), 'Id of this set of variables; null while nothing was ever set.'),
    variables: Type.Array(ConfigVariableSchema, description('By name.')),
    live: nullable(
      Type.Boolean(),
      'Whether the live release runs with it; false when it waits for the next; null before the first release.',
    ),
  },
  { $id: 'Config', description: 'The configuration of an app, as the next release gets it.' },
);

export const ConfigValueSchema = Type.Object(
  {
    key: Type.String({ maxLength: 1000, description: 'Name of the variable.' }),
    value: Type.String({ description: 'Its value; may have several lines.' }),
    secret: Type.Optional(
      Type.Boolean({
        description: 'Whether it is write-only; when absent as it is, false for a new one.',
      }),
    ),
    build: Type.Optional(
      Type.Boolean({
        description: 'Whether builds get it as well; when absent as it is, false for a new one.',
      }),
    ),
  },
  { additionalProperties: false, description: 'A variable to set.' },
);

export const ConfigChangeSchema = Type.Object(
  {
    set: Type.Optional(Type.Array(ConfigValueSchema, { description: 'Variables to set; others stay.' })),
    unset: Type.Optional(Type.Array(Type.String(), { description: 'Names of variables to remove.' })),
    replace: Type.Optional(Type.Boolean({ description: 'Remove every variable that is not set here.' })),
  },
  { additionalProperties: false, description: 'A change of the configuration of an app.' },
);

export const ConfigChangedSchema = Type.Object(
  {
    app: NameSchema,
    configId: nullable(Type.String(), 'Id of the set of variables after the change.'),
    added: Type.Array(Type.String(), description('Names that are new.')),
    changed: Type.Array(Type.String(), description('Names with another value than before.')),
    removed: Type.Array(Type.String(), description('Names that are gone.')),
    deploy: nullable(
      DeploySchema,
      'The deploy that brings it live; null where there is nothing to restart: no release yet, nothing changed, or told not to.',
    ),
  },
  { $id: 'ConfigChanged', description: 'What a change of the configuration did.' },
);

export type ConfigVariable = Static<typeof ConfigVariableSchema>;
export type Config = Static<typeof ConfigSchema>;
export type ConfigChange = Static<typeof ConfigChangeSchema>;
export type ConfigChanged = Static<typeof ConfigChangedSchema>;
