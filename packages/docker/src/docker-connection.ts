import { Agent, type IncomingMessage, request, type RequestOptions } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { Duplex, Readable } from 'node:stream';
import { RigError } from '@rig-ops/contract/errors';
import { toAnswerError, toConnectionError } from './docker-errors.ts';
import type { DockerHost } from './docker-host.ts';

/** A daemon that is busy takes seconds to start a container; one that takes longer is not waited for. */
const ANSWER_MS = 120_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;

export interface DockerRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  /** Without the version, as `/containers/json`. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: object | Readable;
  headers?: Record<string, string | string[]>;
  signal?: AbortSignal;
  /** What a connection becomes that carries bytes both ways; `tcp` when absent. */
  upgrade?: string;
  /** How long the beginning of the answer may take; 0 for ever. */
  answerMs?: number;
}

/** HTTP to a daemon: JSON, streams, and connections that become the two directions of a program. */
export class DockerConnection {
  readonly #host: DockerHost;
  readonly #agent: Agent;

  constructor(host: DockerHost) {
    this.#host = host;
    const options = { keepAlive: true, maxFreeSockets: 4 };
    this.#agent = isTls(host) ? new TlsAgent(options) : new Agent(options);
  }

  /** A call with a JSON answer; undefined where there is none. @throws RigError `docker_…` */
  async call<T>(given: DockerRequest): Promise<T> {
    const text = await this.text(given);
    try {
      return (text === '' ? undefined : JSON.parse(text)) as T;
    } catch (error) {
      throw new RigError('docker_refused', 'The Docker daemon answered with something that is not JSON.', {
        cause: error,
      });
    }
  }

  async text(given: DockerRequest): Promise<string> {
    const answer = await this.#send(given, this.#agent);
    try {
      return await readText(answer, MAX_ANSWER_BYTES);
    } catch (error) {
      throw toConnectionError(this.#host, error);
    }
  }

  /** The body of an answer as it comes, on a connection of its own; what is not read is not fetched either. */
  async stream(given: DockerRequest): Promise<IncomingMessage> {
    return await this.#send({ answerMs: 0, ...given }, false);
  }

  /** A connection that carries bytes both ways from its answer on. */
  async hijack(given: DockerRequest): Promise<Duplex> {
    const headers = { ...given.headers, connection: 'Upgrade', upgrade: given.upgrade ?? 'tcp' };
    return await new Promise<Duplex>((resolve, reject) => {
      const outgoing = this.#request({ ...given, headers }, false, reject);
      outgoing.once('upgrade', (_answer, socket: Duplex, head: Buffer) => {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      });
      outgoing.once('response', (answer: IncomingMessage) => {
        refuse(answer).then(reject, reject);
      });
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  async #send(given: DockerRequest, agent: Agent | false): Promise<IncomingMessage> {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      this.#request(given, agent, reject).once('response', resolve);
    });
    if ((answer.statusCode ?? 500) < 400) return answer;
    throw await refuse(answer);
  }

  #request(given: DockerRequest, agent: Agent | false, reject: (error: unknown) => void) {
    const { answerMs = ANSWER_MS, body, method, signal } = given;
    const isStream = body !== undefined && 'pipe' in body;
    const payload = body === undefined || isStream ? undefined : JSON.stringify(body);
    const options: RequestOptions = {
      ...placeOf(this.#host),
      method,
      agent,
      path: given.path + queryOf(given.query),
      headers: {
        // That of TLS is whom the certificate of the daemon has to name.
        ...(isTls(this.#host) ? {} : { host: 'docker' }),
        ...(isStream ? { 'content-type': 'application/x-tar' } : {}),
        ...(payload === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
        ...given.headers,
      },
      ...(signal === undefined ? {} : { signal }),
    };
    const outgoing = (isTls(this.#host) ? tlsRequest : request)(options);
    const late = () => outgoing.destroy(new Error(`no answer within ${answerMs / 1000} s`));
    const timer = answerMs === 0 ? null : setTimeout(late, answerMs);
    for (const event of ['response', 'upgrade', 'close']) {
      outgoing.once(event, () => timer !== null && clearTimeout(timer));
    }
    outgoing.on('error', (error) => reject(toConnectionError(this.#host, error)));
    if (isStream) {
      // A daemon that refuses need not read to the end.
      body.once('error', (error) => outgoing.destroy(error)).pipe(outgoing);
      outgoing.once('close', () => body.destroy());
    } else outgoing.end(payload);
    return outgoing;
  }
}

const isTls = (host: DockerHost): boolean => host.kind === 'tcp' && host.tls !== null;

function placeOf(host: DockerHost): RequestOptions {
  if (host.kind === 'unix') return { socketPath: host.path };
  return { host: host.host, port: host.port, ...host.tls };
}

function queryOf(query: DockerRequest['query'] = {}): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

async function refuse(answer: IncomingMessage): Promise<RigError> {
  const text = await readText(answer, MAX_ERROR_BYTES).catch(() => '');
  let said = text;
  try {
    const value = JSON.parse(text) as { message?: unknown };
    if (typeof value.message === 'string') said = value.message;
  } catch {
    // What is between rig and the daemon may answer in its own way.
  }
  return toAnswerError(answer.statusCode ?? 500, said);
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
