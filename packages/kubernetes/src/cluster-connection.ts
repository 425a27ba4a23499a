import { Agent, type ClientRequest, type IncomingMessage, request, type RequestOptions } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { RigError } from '@rig-ops/contract/errors';
import { readStatus, toAnswerError, toConnectionError } from './cluster-errors.ts';
import { CredentialSource } from './credentials.ts';
import type { ClusterAccess } from './kubeconfig.ts';

const ANSWER_MS = 60_000;
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;
/** A peer that is gone is noticed by the kernel, between half a minute and a whole one. */
const ALIVE_MS = 30_000;
const MOST_TRIES = 5;
const MOST_WAIT_S = 15;

export interface ClusterRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As `/api/v1/namespaces`. */
  path: string;
  query?: ClusterQuery;
  body?: object;
  /** Of the body; JSON when absent. */
  contentType?: string;
  signal?: AbortSignal;
  /** How long the beginning of the answer may take; 0 for ever. */
  answerMs?: number;
}

export type ClusterQuery = Record<
  string,
  string | number | boolean | readonly (string | number)[] | undefined
>;

/** How something other than a plain request is made: what `http.request` and `ws` take alike. */
export interface ConnectionOptions extends RequestOptions {
  headers: Record<string, string>;
  rejectUnauthorized?: boolean;
}

/** HTTP to the API server of a cluster: JSON, and streams. Asks again where it was told to, or nothing was done. */
export class ClusterConnection {
  readonly server: string;
  readonly #url: URL;
  readonly #credentials: CredentialSource;
  #agent: { key: string; agent: Agent } | null = null;

  constructor(access: ClusterAccess) {
    this.server = access.cluster.server;
    this.#url = new URL(this.server);
    this.#credentials = new CredentialSource(access);
  }

  /** A call with a JSON answer. @throws RigError `cluster_…`, `kubeconfig_invalid` */
  async call<T>(given: ClusterRequest): Promise<T> {
    const text = await this.text(given);
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      throw new RigError('cluster_refused', `${this.server} answered with something that is not JSON.`, {
        hint: 'Look at the address of the server in the kubeconfig.',
        cause: error,
      });
    }
  }

  async text(given: ClusterRequest): Promise<string> {
    const answer = await this.#send(given, false);
    try {
      return await readText(answer, MAX_ANSWER_BYTES);
    } catch (error) {
      throw toConnectionError(this.server, error);
    }
  }

  /** The body of an answer as it comes, on a connection of its own; what is not read is not fetched either. */
  async stream(given: ClusterRequest): Promise<IncomingMessage> {
    return await this.#send(given, true);
  }

  /** For a connection that is made by somebody else, as a WebSocket: its address, and what it is made with. */
  async prepare(path: string, query: ClusterQuery): Promise<{ url: string; options: ConnectionOptions }> {
    const { headers, tls, agent } = await this.#credentials.current();
    const url = new URL(this.#pathOf(path, query), this.#url);
    return { url: url.href, options: { ...tls, headers, ...(agent === null ? {} : { agent }) } };
  }

  /** The API server did not take the credentials. */
  refused(): void {
    this.#credentials.forget();
  }

  close(): void {
    this.#agent?.agent.destroy();
    this.#agent = null;
  }

  async #send(given: ClusterRequest, alone: boolean): Promise<IncomingMessage> {
    for (let tries = 1; ; tries += 1) {
      const answer = await this.#ask(given, alone);
      const { statusCode: status = 500 } = answer;
      if (status < 400) return answer;
      const text = await readText(answer, MAX_ERROR_BYTES).catch(() => '');
      // A token that was exchanged meanwhile: once more with the new one.
      if (status === 401) this.#credentials.forget();
      const wait = status === 401 && tries === 1 ? 0 : waitOf(answer, text);
      if (wait === null || tries >= MOST_TRIES) throw toAnswerError(status, text);
      await sleep(wait * 1_000, undefined, given.signal === undefined ? {} : { signal: given.signal });
    }
  }

  async #ask(given: ClusterRequest, alone: boolean): Promise<IncomingMessage> {
    for (let tries = 1; ; tries += 1) {
      let outgoing: ClientRequest | null = null;
      try {
        const options = await this.#optionsOf(given, alone);
        return await new Promise<IncomingMessage>((resolve, reject) => {
          outgoing = this.#request(given, options, reject);
          outgoing.once('response', resolve);
        });
      } catch (error) {
        // The server has closed a connection that was kept for later, just as it was taken: nothing was done.
        const stale = (outgoing as ClientRequest | null)?.reusedSocket === true && isCut(error);
        if (!stale || tries >= MOST_TRIES || given.signal?.aborted === true)
          throw given.signal?.aborted === true ? error : toConnectionError(this.server, error);
      }
    }
  }

  async #optionsOf(given: ClusterRequest, alone: boolean): Promise<RequestOptions> {
    const { headers, tls, agent } = await this.#credentials.current();
    return {
      protocol: this.#url.protocol,
      hostname: this.#url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: this.#url.port,
      method: given.method,
      path: this.#pathOf(given.path, given.query),
      headers: { accept: 'application/json', 'user-agent': 'rig', ...headers },
      ...(given.signal === undefined ? {} : { signal: given.signal }),
      ...(alone ? { ...tls, agent: agent ?? false } : { agent: agent ?? this.#agentFor(tls) }),
    };
  }

  /** Connections are kept, unless they were made with credentials of before. */
  #agentFor(tls: object): Agent {
    const key = JSON.stringify(tls);
    if (this.#agent?.key === key) return this.#agent.agent;
    this.#agent?.agent.destroy();
    const options = { keepAlive: true, keepAliveMsecs: ALIVE_MS, maxFreeSockets: 4, maxSockets: 32 };
    const agent = this.#url.protocol === 'https:' ? new TlsAgent({ ...options, ...tls }) : new Agent(options);
    this.#agent = { key, agent };
    return agent;
  }

  #request(given: ClusterRequest, options: RequestOptions, reject: (error: unknown) => void): ClientRequest {
    const { answerMs = ANSWER_MS, body, contentType = 'application/json' } = given;
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const outgoing = (this.#url.protocol === 'https:' ? tlsRequest : request)(options);
    if (payload !== undefined) {
      outgoing.setHeader('content-type', contentType);
      outgoing.setHeader('content-length', Buffer.byteLength(payload));
    }
    outgoing.setSocketKeepAlive(true, ALIVE_MS);
    const late = () => outgoing.destroy(new Error(`no answer within ${answerMs / 1000} s`));
    const timer = answerMs === 0 ? null : setTimeout(late, answerMs);
    for (const event of ['response', 'close'])
      outgoing.once(event, () => timer !== null && clearTimeout(timer));
    outgoing.on('error', reject);
    outgoing.end(payload);
    return outgoing;
  }

  #pathOf(path: string, query: ClusterQuery = {}): string {
    const given = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value === undefined) continue;
      for (const each of Array.isArray(value) ? (value as readonly (string | number)[]) : [value])
        given.append(name, String(each));
    }
    const text = given.toString();
    // A server may be below a path, as behind a proxy for many clusters.
    return `${this.#url.pathname.replace(/\/$/, '')}${path}${text === '' ? '' : `?${text}`}`;
  }
}

const isCut = (error: unknown): boolean =>
  ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');

/** How many seconds the server wants to be left alone; null where it does not matter when it is asked again. */
function waitOf(answer: IncomingMessage, text: string): number | null {
  if (answer.statusCode !== 429 && answer.statusCode !== 503 && answer.statusCode !== 500) return null;
  const told = Number(
    answer.headers['retry-after'] ?? readStatus(text).details?.retryAfterSeconds ?? Number.NaN,
  );
  return Number.isFinite(told) && told <= MOST_WAIT_S ? Math.max(told, 0) : null;
}

async function readText(answer: IncomingMessage, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw new Error('an answer without an end');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
