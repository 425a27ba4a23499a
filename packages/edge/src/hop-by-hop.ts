/** Headers that concern one connection only (RFC 9110, section 7.6.1, and the older ones still in use). */
const always = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Stay even where `Connection` lists them: without them the message would be another one, or end elsewhere. */
const never = new Set(['content-length', 'host']);

/**
 * Copies raw headers (name, value, name, value …) without those of the connection and those in `drop`.
 * Names keep their case, repeated ones stay repeated.
 */
export function forwardHeaders(rawHeaders: readonly string[], drop: readonly string[] = []): string[] {
  const named = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() !== 'connection') continue;
    for (const name of (rawHeaders[index + 1] ?? '').split(',')) named.add(name.trim().toLowerCase());
  }
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const lower = name.toLowerCase();
    if (always.has(lower) || drop.includes(lower) || (named.has(lower) && !never.has(lower))) continue;
    kept.push(name, rawHeaders[index + 1] ?? '');
  }
  return kept;
}
