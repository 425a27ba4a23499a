import type { BrowserSessionRecord } from './browser-session-store.ts';

const HOUR_MS = 60 * 60 * 1000;

/** However much a browser is used, it logs in again after so long. */
export const SESSION_MS = 7 * 24 * HOUR_MS;
/** A session nobody uses ends. */
const IDLE_MS = 12 * HOUR_MS;

/** Whether a session can be used at a moment, given in milliseconds. */
export function isLive(
  { endedAt, expiresAt, lastUsedAt }: Pick<BrowserSessionRecord, 'endedAt' | 'expiresAt' | 'lastUsedAt'>,
  now: number,
): boolean {
  return endedAt === null && now < Date.parse(expiresAt) && now - Date.parse(lastUsedAt) < IDLE_MS;
}
