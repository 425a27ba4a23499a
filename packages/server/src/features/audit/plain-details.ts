/** A record should fit into one message of usual receivers, which often cut at 8 KiB. */
const MAX_DETAIL = 1_500;
const MAX_DETAILS = 20;

/**
 * Details as a record can hold them: plain, well-formed and short. What is cut says so.
 */
export function plainDetails(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(details).slice(0, MAX_DETAILS)) {
    const kept = plainValue(value);
    if (kept !== undefined) plain[name.toWellFormed().slice(0, 100)] = kept;
  }
  return plain;
}

function plainValue(value: unknown): unknown {
  if (typeof value === 'string') return shorten(value);
  if (Array.isArray(value)) return shortList(value);
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return undefined;
  // Lone surrogates have come through as escapes, and would come back.
  return text.length > MAX_DETAIL || /\\u[dD][89a-fA-F]/.test(text)
    ? shorten(text)
    : (JSON.parse(text) as unknown);
}

function shortList(list: readonly unknown[]): unknown[] {
  const kept: unknown[] = [];
  let length = 0;
  for (const item of list) {
    const plain = plainValue(item) ?? null;
    length += JSON.stringify(plain).length + 1;
    if (length > MAX_DETAIL) return [...kept, `… (${list.length} in all)`];
    kept.push(plain);
  }
  return kept;
}

function shorten(text: string): string {
  const whole = text.toWellFormed();
  return whole.length > MAX_DETAIL ? `… (${whole.length} characters)` : whole;
}
