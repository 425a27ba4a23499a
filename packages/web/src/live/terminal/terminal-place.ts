/** Where a terminal is to be opened. */
export type TerminalPlace =
  | { readonly kind: 'app'; readonly app: string; readonly instance: string | null }
  | { readonly kind: 'network'; readonly network: string }
  | { readonly kind: 'session'; readonly session: string; readonly watch: boolean };

/** Null for an address that names none. An app may be called `session` or `network`: what is behind it decides. */
export function readTerminalPlace([first, second, third]: readonly string[]): TerminalPlace | null {
  if (first === undefined) return null;
  if (first === 'session' && second?.startsWith('ses_') === true)
    return { kind: 'session', session: second, watch: third === 'watch' };
  if (first === 'network' && second !== undefined && !second.includes('.'))
    return { kind: 'network', network: second };
  return { kind: 'app', app: first, instance: second ?? null };
}
