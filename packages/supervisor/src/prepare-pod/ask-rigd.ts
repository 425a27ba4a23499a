import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { PodArtifact } from '@rig-ops/contract/supervisor-clusters';
import { PreparationError } from './preparation-error.ts';

/** Nothing came for so long: the connection is as good as dead. */
const SILENCE_MS = 30_000;
/** Of an answer that is no archive. */
const MOST_BYTES = 64 * 1024;

/** What an answer is worth that is no success: codes of rig's errors for which another try, or key, is of no use. */
const HOPELESS = new Set([
  'artifact_key_refused',
  'artifact_missing',
  'artifact_too_large',
  'artifact_damaged',
]);

/** An answer of rigd that refuses. */
export class Refusal extends PreparationError {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message, { passes: !HOPELESS.has(code) });
    this.code = code;
  }
}

/** Asks rigd, which is known by the authority that the pod was told. */
export class Rigd {
  readonly #base: URL;
  readonly #authority: string | null;
  readonly #silenceMs: number;

  constructor({ url, authority }: Pick<PodArtifact, 'url' | 'authority'>, silenceMs = SILENCE_MS) {
    this.#base = new URL(url);
    this.#authority = authority;
    this.#silenceMs = silenceMs;
  }

  /** As it may be shown: without what may stand in front of the host. */
  get shown(): string {
    return `${this.#base.protocol}//${this.#base.host}`;
  }

  /**
   * @param path with its query, below the address of rigd
   * @returns an answer of success, whose body has not been read
   * @throws PreparationError, {@link Refusal} for one that is none
   */
  async ask(method: 'GET' | 'POST', path: string, body?: object): Promise<IncomingMessage> {
    const response = await this.#send(method, path, body === undefined ? '' : JSON.stringify(body));
    const { statusCode = 0 } = response;
    if (statusCode >= 200 && statusCode < 300) return response;
    const said = parse(await readText(response).catch(() => ''));
    const told = (said as { error?: { code?: unknown; message?: unknown } } | null)?.error;
    if (typeof told?.code === 'string' && typeof told.message === 'string')
      throw new Refusal(told.code, told.message);
    throw new PreparationError(
      `${this.shown} answers ${statusCode}: it is not rigd, or something stands between.`,
      {
        passes: true,
      },
    );
  }

  /** The document of an answer. */
  async askDocument(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    const response = await this.ask(method, path, body);
    return parse(await readText(response).catch((cause: unknown) => this.#fail(cause)));
  }

  async #send(method: string, path: string, body: string): Promise<IncomingMessage> {
    const secure = this.#base.protocol === 'https:';
    const { request } = secure ? await import('node:https') : await import('node:http');
    const prefix = this.#base.pathname.replace(/\/+$/, '');
    const options: RequestOptions & { ca?: string } = {
      method,
      host: this.#base.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: this.#base.port === '' ? (secure ? 443 : 80) : Number(this.#base.port),
      path: prefix + path,
      headers:
        body === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      ...(this.#authority === null ? {} : { ca: this.#authority }),
    };
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const sent: ClientRequest = request(options, resolve);
    sent.setTimeout(this.#silenceMs, () => sent.destroy(new Error('nothing came for too long')));
    sent.once('error', reject);
    sent.end(body);
    return await promise.catch((cause: unknown) => this.#fail(cause));
  }

  #fail(cause: unknown): never {
    const { code, message } = cause as NodeJS.ErrnoException;
    const isCertificate = /^(?:ERR_TLS|CERT|DEPTH|SELF_SIGNED|UNABLE_TO)/.test(code ?? '');
    const why = isCertificate
      ? `shows a certificate that is not to be trusted (${code}): see --pod-authority`
      : `cannot be reached (${code ?? message}): see --pod-url`;
    throw new PreparationError(`rigd at ${this.shown} ${why}.`, { passes: true, cause });
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
