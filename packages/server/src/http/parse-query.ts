import { RigError } from '@rig-ops/contract/errors';
import type { TSchema } from 'typebox';
import { checkInput } from './check-input.ts';

const typeOf = (schema: TSchema, key: string): unknown => {
  const { properties } = schema as { properties?: Record<string, { type?: unknown }> };
  return properties?.[key]?.type;
};

/**
 * A query string's values as the schema wants them: integers become numbers.
 * @throws RigError `invalid_input`, also for a key the route does not know
 */
export function parseQuery(
  schema: TSchema | undefined,
  raw: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const query: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw)) {
    const type = schema === undefined ? undefined : typeOf(schema, key);
    if (type === undefined) throw new RigError('invalid_input', `The route knows no query parameter ${key}.`);
    const isInteger = type === 'integer' && typeof value === 'string' && /^-?\d{1,15}$/.test(value);
    query[key] = isInteger ? Number(value) : value;
  }
  if (schema !== undefined) checkInput(schema, query, 'query');
  return query;
}
