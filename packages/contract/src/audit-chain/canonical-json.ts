/**
 * JSON in the one form of RFC 8785 (JSON Canonicalization Scheme): no white space, keys in the order of
 * their UTF-16 code units, numbers and strings as ECMAScript writes them.
 * @throws TypeError for what JSON cannot say: NaN, infinities, lone surrogates, functions, `undefined` in a list
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no form in JSON`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`A ${typeof value} has no form in JSON`);
  const members: string[] = [];
  // Without a comparison function it compares code units, as the RFC asks (3.2.3).
  for (const key of Object.keys(value).toSorted()) {
    const member = (value as Record<string, unknown>)[key];
    if (member !== undefined) members.push(`${quote(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(',')}}`;
}

function quote(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('A lone surrogate has no form in UTF-8');
  return JSON.stringify(text);
}
