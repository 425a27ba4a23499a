import { description, nullable, Type } from '@rig-ops/contract/schema';

const JsonSchemaSchema = Type.Object(
  {},
  { additionalProperties: true, $id: 'JsonSchema', description: 'JSON Schema, draft 2020-12.' },
);

const SchemasOfCommandSchema = Type.Object(
  {
    command: Type.String(description('As typed.')),
    plugin: Type.String(description('The plugin it comes from.')),
    result: nullable(JsonSchemaSchema, 'Of its document; null for a command that only ever streams.'),
    record: nullable(JsonSchemaSchema, 'Of each record of its stream; null without one.'),
  },
  { $id: 'SchemasOfCommand', description: 'What a command prints in a machine format.' },
);

export const resultSchema = Type.Object({
  schemas: Type.Array(SchemasOfCommandSchema, description('By command.')),
  errorSchema: JsonSchemaSchema,
  nextCursor: Type.Null(description('There is one page.')),
});
