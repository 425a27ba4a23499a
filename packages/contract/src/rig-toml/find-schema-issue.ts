/** The part of JSON Schema that RigTomlSchema uses. */
export interface PlainSchema {
  type?: string;
  properties?: Record<string, PlainSchema>;
  patternProperties?: Record<string, PlainSchema>;
  additionalProperties?: boolean;
  items?: PlainSchema;
  anyOf?: PlainSchema[];
  enum?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  minItems?: number;
  description?: string;
}

/** The first thing in a document that its schema does not allow. */
export interface SchemaIssue {
  /** Keys from the root to the place. */
  path: string[];
  /** What is wrong, without the place. */
  message: string;
  allowed: string;
}

const describeType = (schema: PlainSchema): string => {
  if (schema.enum !== undefined) return schema.enum.map((value) => `"${String(value)}"`).join(', ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(describeType).join(' or ');
  if (schema.type === 'integer')
    return `a whole number from ${schema.minimum ?? 0}${schema.maximum === undefined ? '' : ` to ${schema.maximum}`}`;
  if (schema.type === 'number')
    return `a number above ${schema.exclusiveMinimum ?? 0}, up to ${schema.maximum ?? 'any'}`;
  if (schema.type === 'boolean') return 'true or false';
  if (schema.type === 'array')
    return `a list of ${schema.items?.type ?? 'value'}s${schema.minItems === undefined ? '' : ` with at least ${schema.minItems}`}`;
  if (schema.type === 'string')
    return schema.pattern === undefined
      ? `a${(schema.minLength ?? 0) > 0 ? ' non-empty' : ''} string`
      : `a string that matches ${schema.pattern}`;
  return 'a table';
};

const describeValue = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a date';
  if (typeof value === 'object') return 'a table';
  return typeof value === 'string' ? `"${value.slice(0, 60)}"` : JSON.stringify(value);
};

/** Number of single-letter edits, for names that were almost right. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

const didYouMean = (given: string, known: readonly string[]): string => {
  const nearest = known
    .map((name) => ({ name, distance: editDistance(given.toLowerCase(), name) }))
    .toSorted((left, right) => left.distance - right.distance)[0];
  return nearest !== undefined && nearest.distance <= Math.max(1, given.length / 3)
    ? `; did you mean "${nearest.name}"?`
    : '';
};

function findInTable(
  value: Record<string, unknown>,
  schema: PlainSchema,
  path: string[],
): SchemaIssue | null {
  const properties = schema.properties ?? {};
  const patterns = Object.entries(schema.patternProperties ?? {});
  for (const [key, child] of Object.entries(value)) {
    const place = [...path, key];
    const known = Object.hasOwn(properties, key)
      ? properties[key]
      : patterns.find(([pattern]) => new RegExp(pattern).test(key))?.[1];
    if (known === undefined) {
      const names = Object.keys(properties);
      return names.length > 0
        ? { path: place, message: `unknown key "${key}"${didYouMean(key, names)}`, allowed: names.join(', ') }
        : {
            path: place,
            message: `"${key}" cannot be a name here`,
            allowed: `names that match ${patterns.map(([pattern]) => pattern).join(' or ')}`,
          };
    }
    const issue = findSchemaIssue(child, known, place);
    if (issue !== null) return issue;
  }
  return null;
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

const fits = (value: unknown, schema: PlainSchema): boolean => {
  if (schema.enum !== undefined) return schema.enum.includes(value);
  if (schema.type === 'boolean') return typeof value === 'boolean';
  if (schema.type === 'number')
    return (
      Number.isFinite(value) &&
      Number(value) > (schema.exclusiveMinimum ?? -Infinity) &&
      Number(value) <= (schema.maximum ?? Infinity)
    );
  if (schema.type === 'integer')
    return (
      Number.isInteger(value) &&
      Number(value) >= (schema.minimum ?? -Infinity) &&
      Number(value) <= (schema.maximum ?? Infinity)
    );
  if (schema.type === 'string')
    return (
      typeof value === 'string' &&
      value.length >= (schema.minLength ?? 0) &&
      (schema.pattern === undefined || new RegExp(schema.pattern).test(value))
    );
  if (schema.type === 'array')
    return (
      Array.isArray(value) &&
      value.length >= (schema.minItems ?? 0) &&
      value.every((item) => schema.items === undefined || fits(item, schema.items))
    );
  return isTable(value);
};

/** Finds the first place where `value` breaks `schema`; null when it keeps to it. */
export function findSchemaIssue(
  value: unknown,
  schema: PlainSchema,
  path: string[] = [],
): SchemaIssue | null {
  const isObjectSchema = schema.properties !== undefined || schema.patternProperties !== undefined;
  if (isObjectSchema && isTable(value)) return findInTable(value, schema, path);
  const alternatives = schema.anyOf ?? [schema];
  const table = isTable(value) ? schema.anyOf?.find(({ properties }) => properties !== undefined) : undefined;
  if (table !== undefined) return findSchemaIssue(value, table, path);
  if (!isObjectSchema && alternatives.some((alternative) => fits(value, alternative))) return null;
  const name = path.at(-1) ?? 'the document';
  const suggestion =
    typeof value === 'string' && schema.enum !== undefined ? didYouMean(value, schema.enum.map(String)) : '';
  return {
    path,
    message: `${name} is ${describeValue(value)}${suggestion}`,
    allowed: describeType(schema),
  };
}
