import { RigError } from '@rig-ops/contract/errors';
import type { TSchema } from 'typebox';
import { checkInput } from './check-input.ts';

const propertyOf = (schema: TSchema | undefined, key: string): { type?: unknown } | undefined => {
  const { properties = {} } = (schema ?? {}) as { properties?: Record<string, { type?: unknown }> };
  return Object.hasOwn(properties, key) ? properties[key] : undefined;
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
    const property = propertyOf(schema, key);
    if (property === undefined)
      throw new RigError('invalid_input', `The route knows no query parameter ${key}.`);
    const isInteger = property.type === 'integer' && typeof value === 'string' && /^-?\d{1,15}$/.test(value);
    query[key] = isInteger ? Number(value) : value;
  }
  if (schema !== undefined) checkInput(schema, query, 'query');
  return query;
}
