import type { Agent } from 'node:http';
import type { Agent as SecureAgent } from 'node:https';
import got from 'got';
import type { PlainAnswer } from './read-answer.ts';

export interface ByteUpload {
  url: string;
  agent: Agent;
  secure: boolean;
  headers: Record<string, string>;
  body: Uint8Array;
  /** Milliseconds without progress after which an attempt counts as failed. */
  stallMs: number;
  signal: AbortSignal | undefined;
  /** Bytes of the attempt under way that the system has taken; starts again with a new attempt. */
  onProgress: ((sentBytes: number) => void) | undefined;
}

/** Repeating a PUT of content named by its digest does nothing; these are the failures that pass. */
const passingStatus = [408, 429, 502, 503, 504];
const passingCodes = [
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
];
const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const CONNECT_MS = 10_000;

/** PUTs bytes; tries again after failures that pass, with growing jittered pauses. Rejects with the last failure. */
export async function uploadBytes(upload: ByteUpload): Promise<PlainAnswer> {
  const { url, agent, secure, headers, body, stallMs, signal, onProgress } = upload;
  signal?.throwIfAborted();
  const request = got(url, {
    method: 'PUT',
    body,
    headers: { ...headers, accept: 'application/json', 'content-type': 'application/octet-stream' },
    agent: secure ? { https: agent as SecureAgent } : { http: agent },
    responseType: 'buffer',
    throwHttpErrors: false,
    followRedirect: false,
    decompress: false,
    timeout: { connect: CONNECT_MS, socket: stallMs },
    retry: {
      limit: ATTEMPTS - 1,
      methods: ['PUT'],
      statusCodes: passingStatus,
      errorCodes: passingCodes,
      // Half of it is chance, so that parallel uploads do not come back together.
      calculateDelay: ({ attemptCount, computedValue, retryAfter = 0 }) =>
        computedValue === 0
          ? 0
          : Math.max(
              Math.min(retryAfter, LONGEST_PAUSE_MS),
              Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attemptCount) * (0.5 + Math.random() / 2),
            ),
    },
    ...(signal === undefined ? {} : { signal }),
  });
  if (onProgress !== undefined) {
    void request.on('uploadProgress', ({ transferred }) => onProgress(transferred));
  }
  try {
    const { statusCode, headers: answered, rawBody } = await request;
    return { status: statusCode, headers: answered, body: rawBody };
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : error;
  }
}
