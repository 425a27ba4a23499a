import { RigError } from '@rig-ops/contract/errors';
import { openPost } from '../outgoing/open-post.ts';
import type { DrainTarget } from './drain-sink.ts';

const SILENCE_MS = 15_000;
/** Also for one that says a byte now and then. */
const LONGEST_MS = 120_000;
/** What a receiver has to say is a few fields. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** What a receiver answered. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Sends a body to an HTTP receiver. @throws RigError `drain_target_refused`; as `node:http` does */
export async function postTo(
  target: DrainTarget,
  type: string,
  body: string,
  signal: AbortSignal,
): Promise<Answer> {
  const response = await openPost(
    target,
    { type, body, silenceMs: SILENCE_MS, refusal: 'drain_target_refused' },
    AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]),
  );
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) break;
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
}

/** @throws RigError `drain_failed` unless the status says that the receiver took it */
export function refuseUnlessTaken({ hostname, port }: DrainTarget, status: number): void {
  if (status < 200 || status > 299) {
    throw new RigError('drain_failed', `${hostname}:${port} answered HTTP ${status}.`, {
      hint:
        status === 401 || status === 403
          ? 'Check the header with its credentials.'
          : 'Check the URL of the drain, and what the receiver says in its own log.',
    });
  }
}
