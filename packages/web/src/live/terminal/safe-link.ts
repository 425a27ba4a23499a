/** An address that a terminal may lead to; null for every other one. */
export function safeLink(target: string): URL | null {
  try {
    const url = new URL(target);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url : null;
  } catch {
    return null;
  }
}
