import { setTimeout as sleep } from 'node:timers/promises';
import { transportCode } from './transport-error.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** What a proxy, or a platform that has too much to do, answers for a while. */
const passingStatus = new Set([408, 429, 502, 503, 504]);
/** Failures that pass: of a network, of a name, of a platform that starts again. */
const passingCodes = new Set([
  'ETIMEDOUT',
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE',
]);
/** So many attempts are made however long each takes … */
const ATTEMPTS = 6;
/** … and others for so long, since a restart or another network may take a while. */
const PATIENCE_MS = 30_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const LONGEST_WISH_MS = 60_000;

/**
 * Repeats what may be repeated after failures that pass, with growing jittered pauses, or as long as the
 * answer asks for. Answers the last answer; rejects with the last failure, or with the reason of the signal.
 */
export async function attemptAgain<T extends Answer>(
  attempt: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const started = Date.now();
  for (let number = 1; ; number += 1) {
    signal?.throwIfAborted();
    let wishMs = 0;
    const isLast = number >= ATTEMPTS && Date.now() - started >= PATIENCE_MS;
    try {
      const answer = await attempt();
      if (isLast || !passingStatus.has(answer.status)) return answer;
      wishMs = Math.min(LONGEST_WISH_MS, Number(answer.headers['retry-after'] ?? 0) * 1000 || 0);
    } catch (error) {
      if (isLast || signal?.aborted === true || !passingCodes.has(transportCode(error))) throw error;
    }
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (number - 1));
    // Half of it is chance, so that parallel uploads do not come back together.
    await sleep(Math.max(wishMs, pause * (0.5 + Math.random() / 2)), undefined, { signal }).catch(() =>
      signal?.throwIfAborted(),
    );
  }
}
