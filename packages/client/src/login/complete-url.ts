import { parsePlatformUrl } from '../http/endpoint.ts';
import { isLoopback } from '../http/proxy-choice.ts';

/**
 * The URL of a platform as a person types it: without a scheme it is https, on loopback http. Throws
 * `invalid_input`.
 */
export function completeUrl(typed: string): string {
  const text = typed.trim();
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return parsePlatformUrl(text).href;
  const guess = URL.parse(`https://${text}`);
  const scheme = guess !== null && isLoopback(guess.hostname) ? 'http' : 'https';
  return parsePlatformUrl(text === '' ? text : `${scheme}://${text}`).href;
}
