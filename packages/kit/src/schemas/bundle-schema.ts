/** A JSON Schema as plain data. */
export type JsonSchema = Record<string, unknown>;

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/**
 * A schema as a document of its own: parts that have an `$id` are defined once under `$defs` and
 * referred to. What a schema library keeps beside the schema is left out.
 */
export function bundleSchema(schema: object, title: string): JsonSchema {
  const definitions = new Map<string, unknown>();
  const plain = JSON.parse(JSON.stringify(schema)) as JsonSchema;
  // The name of the whole is its title; it needs no reference to itself.
  delete plain.$id;
  const body = convert(plain, definitions) as JsonSchema;
  const names = [...definitions.keys()].toSorted();
  return {
    $schema: DIALECT,
    title,
    ...body,
    ...(names.length === 0
      ? {}
      : { $defs: Object.fromEntries(names.map((name) => [name, definitions.get(name)])) }),
  };
}

function convert(value: unknown, definitions: Map<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((item) => convert(item, definitions));
  if (typeof value !== 'object' || value === null) return value;
  const { $id, ...rest } = value as { $id?: unknown };
  // A property that is itself called `$id` has a schema, not a name.
  if (typeof $id !== 'string') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(item, definitions)]));
  }
  if (!definitions.has($id)) {
    definitions.set($id, {});
    definitions.set($id, convert(rest, definitions));
  }
  return { $ref: `#/$defs/${$id}` };
}
