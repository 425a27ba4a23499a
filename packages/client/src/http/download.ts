import type { Agent, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { Target } from '../target.ts';
import { attemptAgain } from './attempt-again.ts';
import { type Endpoint, identifyingHeaders } from './endpoint.ts';
import { readAnswer } from './read-answer.ts';
import { toTransportError } from './transport-error.ts';

/** Connections that end one after the other without a byte. */
const MAX_CUTS = 5;

interface DownloadRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds without a byte after which it fails with ETIMEDOUT. */
  readonly silenceMs: number;
  readonly signal: AbortSignal | undefined;
}

interface OpenedDownload {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
}

/** A GET whose answer is read as it comes. Rejects with Node's own error, and with the signal's reason. */
async function openDownload(
  endpoint: Endpoint,
  agent: Agent,
  { path, headers, silenceMs, signal }: DownloadRequest,
): Promise<OpenedDownload> {
  signal?.throwIfAborted();
  const { request } = endpoint.secure
    ? process.getBuiltinModule('node:https')
    : process.getBuiltinModule('node:http');
  const outgoing = request({
    agent,
    hostname: endpoint.hostname,
    port: endpoint.port,
    method: 'GET',
    path: endpoint.prefix + path,
    headers,
    timeout: silenceMs,
    signal,
    ...(endpoint.secure ? {} : { servername: '' }),
  });
  outgoing.on('timeout', () =>
    outgoing.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
  );
  outgoing.end();
  try {
    const [body] = (await once(outgoing, 'response')) as [IncomingMessage];
    // Later failures come through the body.
    outgoing.on('error', () => undefined);
    return { status: body.statusCode ?? 0, headers: body.headers, body };
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : error;
  }
}

export interface Download {
  readonly headers: IncomingHttpHeaders;
  /** Goes on where it was cut, as long as failures pass. Throws a `RigError`, or the signal's reason. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

export interface DownloadOptions {
  readonly endpoint: Endpoint;
  readonly agent: Agent;
  readonly target: Target;
  /** Path and query for the bytes from an offset on. */
  readonly pathFrom: (offset: number) => string;
  readonly silenceMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Begins a download. Throws the error an answer carries, what stood in the way, or the signal's reason. */
export async function download(options: DownloadOptions): Promise<Download> {
  const first = await open(options, 0);
  return { headers: first.headers, chunks: chunksOf(options, first) };
}

async function open(options: DownloadOptions, offset: number): Promise<OpenedDownload> {
  const { endpoint, agent, target, pathFrom, silenceMs, signal } = options;
  const request = { path: pathFrom(offset), headers: identifyingHeaders(target), silenceMs, signal };
  try {
    const opened = await attemptAgain(() => openDownload(endpoint, agent, request), signal);
    if (opened.status === 200) return opened;
    const chunks: Buffer[] = [];
    for await (const chunk of opened.body as AsyncIterable<Buffer>) chunks.push(chunk);
    readAnswer({ status: opened.status, headers: opened.headers, body: Buffer.concat(chunks) }, target);
    throw Object.assign(new Error(`HTTP ${opened.status}`), { code: `HTTP ${opened.status}` });
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : toTransportError(error, target);
  }
}

async function* chunksOf(options: DownloadOptions, first: OpenedDownload): AsyncGenerator<Uint8Array, void> {
  const { target, signal } = options;
  let opened = first;
  for (let offset = 0, cuts = 0; ; ) {
    const before = offset;
    try {
      for await (const chunk of opened.body as AsyncIterable<Buffer>) {
        offset += chunk.length;
        yield chunk;
      }
      return;
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      // Each cut that brought something further may be followed by another.
      cuts = offset > before ? 0 : cuts + 1;
      if (cuts > MAX_CUTS) throw toTransportError(error, target);
    }
    opened = await open(options, offset);
  }
}
