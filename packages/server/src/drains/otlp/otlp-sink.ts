import { once } from 'node:events';
import { type IncomingMessage, type RequestOptions, request as requestPlainly } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { RigError } from '@rig-ops/contract/errors';
import { toDrainFailure } from '../drain-failure.ts';
import type { DrainReceipt, DrainSink, DrainSinkFactory, DrainTarget } from '../drain-sink.ts';
import { guardedLookup, refusePrivateLiteral } from '../private-addresses.ts';
import { toExportRequest } from './to-log-records.ts';

const SILENCE_MS = 15_000;
/** What a receiver has to say is a few fields. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** Sends OTLP/HTTP with JSON bodies, which every receiver of OTLP/HTTP takes. Redirections are not followed. */
export const createOtlpSink: DrainSinkFactory = (target, origin): DrainSink => ({
  async send(records, signal): Promise<DrainReceipt> {
    signal.throwIfAborted();
    try {
      return readReceipt(
        target,
        await post(target, JSON.stringify(toExportRequest(records, origin)), signal),
      );
    } catch (error) {
      throw signal.aborted ? signal.reason : toDrainFailure(error, target);
    }
  },
});

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function post(target: DrainTarget, body: string, signal: AbortSignal): Promise<Answer> {
  const { secure, hostname, port, path, headers, ca, allowPrivate } = target;
  // A socket does not look an address up that is written out.
  if (!allowPrivate) refusePrivateLiteral(hostname);
  const options: RequestOptions = {
    method: 'POST',
    hostname,
    port,
    path,
    headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    lookup: guardedLookup(allowPrivate),
    timeout: SILENCE_MS,
    signal,
    agent: false,
    ...(ca === undefined ? {} : { ca }),
  };
  const call = (secure ? requestSecurely : requestPlainly)(options);
  call.on('timeout', () => call.destroy(Object.assign(new Error('silent'), { code: 'ETIMEDOUT' })));
  call.end(body);
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) break;
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
}

function readReceipt({ hostname, port }: DrainTarget, { status, text }: Answer): DrainReceipt {
  if (status < 200 || status > 299) {
    throw new RigError('drain_failed', `${hostname}:${port} answered HTTP ${status}.`, {
      hint:
        status === 401 || status === 403
          ? 'Check the header with its credentials.'
          : 'Check the URL of the drain, and what the receiver says in its own log.',
    });
  }
  const { partialSuccess } = parseAnswer(text);
  const rejected = Number(partialSuccess?.rejectedLogRecords ?? 0);
  return {
    rejected: Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0,
    message: partialSuccess?.errorMessage?.slice(0, 300) || undefined,
  };
}

interface ExportAnswer {
  /** 64-bit integers are strings in the JSON encoding. */
  partialSuccess?: { rejectedLogRecords?: string | number; errorMessage?: string };
}

/** A receiver that answers in protobuf, or not at all, has still said that it took them. */
function parseAnswer(text: string): ExportAnswer {
  try {
    return (JSON.parse(text) as ExportAnswer | null) ?? {};
  } catch {
    return {};
  }
}
