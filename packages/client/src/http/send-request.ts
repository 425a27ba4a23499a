import type { Agent, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { RigError } from '@rig-ops/contract/errors';
import type { Endpoint } from './endpoint.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  /** Milliseconds without a byte in either direction after which it fails with ETIMEDOUT. */
  readonly silenceMs: number;
  readonly signal: AbortSignal | undefined;
  /** Is given what a successful answer brings, as it comes; the answer has no body then, and no bound. */
  readonly take?: ((head: AnswerHead, chunk: Uint8Array) => Promise<void>) | undefined;
}

type AnswerHead = Omit<HttpAnswer, 'body'>;

/** An answer beyond this is no JSON document of the API; it bounds what a wrong server can make us hold. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * One HTTP exchange with `node:http`, whose answer is read whole. Rejects with Node's own error, with
 * `unexpected` for an answer that is too large, and with the signal's reason.
 */
export async function sendRequest(
  endpoint: Endpoint,
  agent: Agent,
  { method, path, headers, body, silenceMs, signal, take }: HttpRequest,
): Promise<HttpAnswer> {
  signal?.throwIfAborted();
  const { request } = endpoint.secure
    ? process.getBuiltinModule('node:https')
    : process.getBuiltinModule('node:http');
  const length: Record<string, string> =
    body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` };
  try {
    return await new Promise<HttpAnswer>((resolve, reject) => {
      const outgoing = request({
        agent,
        hostname: endpoint.hostname,
        port: endpoint.port,
        method,
        path: endpoint.prefix + path,
        headers: { accept: 'application/json', ...headers, ...length },
        timeout: silenceMs,
        signal,
        // Without TLS nobody asks for it, and Node compiles two long patterns to work it out.
        ...(endpoint.secure ? {} : { servername: '' }),
      });
      outgoing.on('response', (incoming) => {
        (take === undefined || (incoming.statusCode ?? 0) >= 400
          ? collect(incoming)
          : handOn(incoming, take)
        ).then(resolve, reject);
      });
      // Node only tells of the silence; ending the request is up to us.
      outgoing.on('timeout', () =>
        outgoing.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : error;
  }
}

async function collect(incoming: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) {
      incoming.destroy();
      throw new RigError('unexpected', `An answer of the platform is larger than ${MAX_ANSWER_BYTES} bytes.`);
    }
    chunks.push(chunk);
  }
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) };
}

/** What is not taken is not read. */
async function handOn(
  incoming: IncomingMessage,
  take: NonNullable<HttpRequest['take']>,
): Promise<HttpAnswer> {
  const head = { status: incoming.statusCode ?? 0, headers: incoming.headers };
  for await (const chunk of incoming as AsyncIterable<Buffer>) await take(head, chunk);
  return { ...head, body: Buffer.alloc(0) };
}
