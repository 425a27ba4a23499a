import type { Caller } from '../features/access/caller.ts';
import type { RequestSource } from './request-source.ts';

/** What an audit event tells of where something came from: of a page that it was one, and of which browser. */
export function tellBrowser(
  details: Record<string, unknown>,
  identity: Pick<Caller, 'browser'> | undefined,
  { client }: Pick<RequestSource, 'client'>,
): { client: string; details: Record<string, unknown> } {
  const browser = identity?.browser;
  return browser === undefined
    ? { client, details }
    : { client: `browser ${client}`, details: { ...details, browser: browser.id } };
}
