import type { JsonSchema } from '@rig-ops/kit/schemas';

/** One field of a document, as people and `--query` name it. */
export interface Field {
  /** As `apps[].name`. */
  path: string;
  /** As `string or null`, `list of App`. */
  type: string;
  description: string;
}

/** The fields of a document by its schema, outer ones first; of a schema within itself only the first turn. */
export function listFields(schema: JsonSchema): Field[] {
  return fieldsOf(schema, '', { definitions: (schema.$defs ?? {}) as Record<string, JsonSchema>, seen: [] });
}

interface Place {
  definitions: Record<string, JsonSchema>;
  /** Names of the schemas around, against endless turns. */
  seen: string[];
}

function fieldsOf(schema: JsonSchema, path: string, place: Place): Field[] {
  const { target, name } = resolve(schema, place);
  if (name !== undefined && place.seen.includes(name)) return [];
  const inside = name === undefined ? place : { ...place, seen: [...place.seen, name] };
  if (target.type === 'array') return fieldsOf((target.items ?? {}) as JsonSchema, `${path}[]`, inside);
  const parts = (target.anyOf ?? []) as JsonSchema[];
  const found = parts.flatMap((part) => fieldsOf(part, path, inside));
  for (const [key, property] of Object.entries((target.properties ?? {}) as Record<string, JsonSchema>)) {
    const at = path === '' ? key : `${path}.${key}`;
    found.push({ path: at, type: typeOf(property, inside), description: describe(property, inside) });
    found.push(...fieldsOf(property, at, inside));
  }
  return mergeByPath(found);
}

/** Several kinds of one thing may have a field of the same name, each with its own type. */
function mergeByPath(fields: Field[]): Field[] {
  const merged = new Map<string, Field>();
  for (const field of fields) {
    const before = merged.get(field.path);
    if (before === undefined) merged.set(field.path, { ...field });
    else if (!before.type.split(' | ').includes(field.type)) before.type += ` | ${field.type}`;
  }
  return [...merged.values()];
}

/** Its own description, else that of what it refers to or is a list of. */
function describe(schema: JsonSchema, place: Place): string {
  const { target } = resolve(schema, place);
  const said = schema.description ?? target.description;
  if (typeof said === 'string') return said;
  return target.type === 'array' ? describe((target.items ?? {}) as JsonSchema, place) : '';
}

function resolve(schema: JsonSchema, { definitions }: Place): { target: JsonSchema; name?: string } {
  const name = typeof schema.$ref === 'string' ? schema.$ref.replace('#/$defs/', '') : undefined;
  return name === undefined ? { target: schema } : { target: definitions[name] ?? {}, name };
}

function typeOf(schema: JsonSchema, place: Place): string {
  const { target, name } = resolve(schema, place);
  if (name !== undefined) return name;
  if (target.const !== undefined) return JSON.stringify(target.const);
  if (Array.isArray(target.enum)) return target.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (target.type === 'array') return `list of ${typeOf((target.items ?? {}) as JsonSchema, place)}`;
  if (Array.isArray(target.anyOf))
    return (target.anyOf as JsonSchema[]).map((part) => typeOf(part, place)).join(' or ');
  return typeof target.type === 'string' ? target.type : 'anything';
}
