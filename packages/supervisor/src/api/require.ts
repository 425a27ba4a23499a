import { RigError } from '@rig-ops/contract/errors';

/** Checks of what came in as JSON; each throws `invalid_input` that names the field. */

export function requireObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw wrong(what, 'an object');
}

export function requireText(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(what, 'a text that is not empty');
}

export function requireNumber(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw wrong(what, 'a number from 0');
}

export function requireStrings(value: unknown, what: string): string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw wrong(what, 'a list of texts');
}

export function requireEnvironment(value: unknown, what: string): Record<string, string> {
  const variables = requireObject(value, what);
  if (Object.values(variables).every((item) => typeof item === 'string')) {
    return variables as Record<string, string>;
  }
  throw wrong(what, 'an object of texts');
}

/** An id becomes a file name. */
export function requireId(value: unknown, what: string): string {
  if (typeof value === 'string' && /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(value)) return value;
  throw wrong(what, 'an id of letters, digits, `_`, `.` and `-`');
}

function wrong(what: string, expected: string): RigError {
  return new RigError('invalid_input', `\`${what}\` is not ${expected}.`);
}
