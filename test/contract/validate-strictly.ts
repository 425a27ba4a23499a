import { Ajv2020 } from 'ajv/dist/2020.js';

/**
 * A validator for which what the schema does not mention must not be there: a new field is a change of
 * the published shape. Answers the problems.
 */
export function makeValidator(schema: object): (document: unknown) => string[] {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  ajv.addFormat('date-time', {
    type: 'string',
    validate: (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text),
  });
  const validate = ajv.compile(close(schema) as object);
  return (document) => {
    if (validate(document)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };
}

function close(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(close);
  if (typeof value !== 'object' || value === null) return value;
  const closed = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, close(item)]));
  const { properties, type } = value as { properties?: unknown; type?: unknown };
  // A property may be called `properties`, too.
  if (type === 'object' && typeof properties === 'object') closed.additionalProperties ??= false;
  return closed;
}
