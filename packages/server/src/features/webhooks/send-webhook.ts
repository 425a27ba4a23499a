import type { IncomingMessage } from 'node:http';
import { isRigError } from '@rig-ops/contract/errors';
import type { HttpTarget } from '../../outgoing/http-target.ts';
import { openPost } from '../../outgoing/open-post.ts';

/** Longer than most receivers need, and short enough that one that hangs is not waited for. */
const ANSWER_MS = 15_000;
/** What a receiver says of a message is for people. */
const KEPT_BYTES = 2_048;
/** Once it has said whether it took the message, the rest of its answer is waited for this long. */
const BODY_MS = 2_000;

/** How an attempt to send went. */
export interface SendOutcome {
  /** HTTP status; null where there was no answer. */
  readonly status: number | null;
  /** Why it failed; null when it did not. */
  readonly error: string | null;
  /** The beginning of the answer; null where there was none. */
  readonly response: string | null;
  /** When the receiver wants the next attempt, in seconds; null when it did not say. */
  readonly retryAfter: number | null;
}

/** Sends one message. Rejects only with the reason of `signal`. */
export async function sendWebhook(
  target: HttpTarget,
  { headers, payload }: { headers: Record<string, string>; payload: string },
  { signal, answerMs = ANSWER_MS }: { signal: AbortSignal; answerMs?: number },
): Promise<SendOutcome> {
  const late = AbortSignal.timeout(answerMs);
  const nothing = { status: null, response: null, retryAfter: null };
  let response: IncomingMessage;
  try {
    response = await openPost(
      target,
      {
        type: 'application/json',
        body: payload,
        headers,
        silenceMs: answerMs,
        refusal: 'webhook_target_refused',
      },
      AbortSignal.any([signal, late]),
    );
  } catch (error) {
    signal.throwIfAborted();
    return { ...nothing, error: describe(error, late, answerMs) };
  }
  const status = response.statusCode ?? 0;
  const text = await readBeginning(response);
  signal.throwIfAborted();
  return {
    status,
    error: status >= 200 && status <= 299 ? null : `answered HTTP ${status}`,
    response: text,
    retryAfter: secondsOf(response.headers['retry-after']),
  };
}

function describe(error: unknown, late: AbortSignal, answerMs: number): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (late.aborted || code === 'ETIMEDOUT') return `did not answer within ${answerMs / 1_000} s`;
  if (isRigError(error)) return `may not be reached: ${message.replace(/\.$/, '')}`;
  const said: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'refused the connection (ECONNREFUSED)',
    ECONNRESET: 'closed the connection (ECONNRESET)',
    ENOTFOUND: 'has no address (ENOTFOUND)',
  };
  return said[code ?? ''] ?? `could not be reached (${code ?? message})`;
}

/** Never more than a few bytes and seconds of it, whatever comes. What breaks off here was answered all the same. */
async function readBeginning(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const late = setTimeout(() => response.destroy(), BODY_MS);
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, KEPT_BYTES - size));
      size += chunk.length;
      if (size >= KEPT_BYTES) break;
    }
  } catch {
    // The status says whether it was taken.
  } finally {
    clearTimeout(late);
    response.destroy();
  }
  const text = Buffer.concat(chunks).toString('utf8').replaceAll('\0', '\uFFFD').toWellFormed();
  return size > KEPT_BYTES ? `${text}…` : text;
}

/** `120`, or a date. */
function secondsOf(header: string | undefined): number | null {
  if (header === undefined) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1_000;
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}
