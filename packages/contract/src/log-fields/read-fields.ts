import { readLogfmt } from './read-logfmt.ts';

/** Fields of a structured line; JSON as it was written, logfmt as strings. */
export type Fields = Readonly<Record<string, unknown>>;

/** Longer lines are not taken apart: what is this long was not written to be read field by field. In characters. */
const MAX_LENGTH = 64 * 1024;

/**
 * The fields of a line that is a JSON object or logfmt, with nothing but white space around; null for
 * every other line. Never throws.
 */
export function readFields(text: string): Fields | null {
  if (text.length > MAX_LENGTH) return null;
  const start = firstInk(text);
  if (text[start] !== '{') return readLogfmt(text);
  try {
    // Starts with a brace and parses: it can only be an object.
    return JSON.parse(text) as Fields;
  } catch {
    return null;
  }
}

function firstInk(text: string): number {
  let index = 0;
  while (text[index] === ' ' || text[index] === '\t') index += 1;
  return index;
}

/**
 * The value of a field by its name; where no field has the whole name, by its parts between dots, as
 * `http.status` for `{"http": {"status": 200}}`. Undefined where there is none.
 */
export function fieldOf(fields: Fields, name: string): unknown {
  if (Object.hasOwn(fields, name)) return fields[name];
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
    const head = name.slice(0, dot);
    const inner = Object.hasOwn(fields, head) ? fields[head] : undefined;
    if (typeof inner !== 'object' || inner === null) continue;
    const value = fieldOf(inner as Fields, name.slice(dot + 1));
    if (value !== undefined) return value;
  }
  return undefined;
}
