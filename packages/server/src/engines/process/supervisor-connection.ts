import { readFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorDocument, isRigError, RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import { SUPERVISOR_PROTOCOL, type SupervisorRecord } from '@rig-ops/contract/supervisor';
import { type Channel, Connection, WIRE_LIMITS, WIRE_SUBPROTOCOL } from '@rig-ops/wire';
import { ChannelPool } from './channel-pool.ts';

/** Enough for a state with thousands of instances; a bound, so that a broken peer cannot fill memory. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;
/** How long an order waits for a supervisor that was killed to be back. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 100;

const unreachable = (error: unknown): RigError =>
  new RigError('unreachable', 'The supervisor of the platform does not answer.', {
    cause: error,
    hint: 'Run `rig platform status`.',
  });

/** Whether another supervisor may answer soon: none does, or it listens and its record is still to be written. */
const isAway = (error: unknown): boolean =>
  isRigError(error) &&
  ((error.code === 'unreachable' && error.cause !== undefined) || error.httpStatus === 401);

/** Speaks HTTP and WebSocket to the supervisor on its unix socket. */
export class SupervisorConnection {
  readonly #layout: PlatformLayout;
  readonly #closed = new AbortController();
  #sessions: Promise<Connection> | null = null;
  readonly #pool = new ChannelPool(() => this.#connect());

  constructor(layout: PlatformLayout) {
    this.#layout = layout;
  }

  /**
   * One call with a JSON body and a JSON answer. An order is given again while the supervisor restarts, a
   * question is not: each order means the same when it comes twice.
   * @throws RigError `unreachable`, or the error of the supervisor
   */
  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const deadline = performance.now() + (method === 'GET' ? 0 : PATIENCE_MS);
    for (;;) {
      try {
        return await this.#call<T>(method, path, body);
      } catch (error) {
        if (!isAway(error) || performance.now() >= deadline || this.#closed.signal.aborted) throw error;
      }
      await sleep(PAUSE_MS, undefined, { signal: this.#closed.signal }).catch(() => undefined);
    }
  }

  async #call<T>(method: string, path: string, body: object | undefined): Promise<T> {
    const answer = await this.#send(method, path, body, AbortSignal.timeout(REQUEST_TIMEOUT_MS));
    const text = await readAll(answer);
    const value: unknown = text === '' ? {} : JSON.parse(text);
    if ((answer.statusCode ?? 500) < 400) return value as T;
    const { error } = value as { error?: ErrorDocument };
    throw error === undefined
      ? unreachable(new Error(`status ${answer.statusCode}`))
      : RigError.fromDocument(error);
  }

  /** The lines of an NDJSON answer until it ends or `signal`; what is not read is not fetched either. */
  async *lines(path: string, signal: AbortSignal): AsyncIterable<unknown> {
    const answer = await this.#send('GET', path, undefined, signal);
    if (answer.statusCode !== 200) {
      answer.destroy();
      throw unreachable(new Error(`status ${answer.statusCode}`));
    }
    let rest = '';
    answer.setEncoding('utf8');
    for await (const chunk of answer as AsyncIterable<string>) {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      if (rest.length > MAX_ANSWER_BYTES) throw unreachable(new Error('a line without an end'));
      for (const part of parts) if (part !== '') yield JSON.parse(part) as unknown;
    }
  }

  /** The one connection for sessions; made on first use and anew after it was lost. */
  async sessions(): Promise<Connection> {
    if (this.#sessions === null) {
      const opening = this.#connect();
      this.#sessions = opening;
      const drop = () => {
        if (this.#sessions === opening) this.#sessions = null;
      };
      opening.then((connection) => connection.closed.then(drop)).catch(drop);
    }
    return this.#sessions;
  }

  /** Opens a channel of which there may be very many: on connections of their own, so that sessions find room. */
  openMany(kind: string, params: object): Promise<Channel> {
    return this.#pool.open(kind, params);
  }

  async close(): Promise<void> {
    this.#closed.abort();
    const connection = await this.#sessions?.catch(() => null);
    await Promise.all([connection?.close(), this.#pool.close()]);
  }

  async #connect(): Promise<Connection> {
    const [{ WebSocket }, { messageSocketOfWs, plainMask }, headers] = await Promise.all([
      import('ws'),
      import('@rig-ops/wire/ws'),
      this.#headers(),
    ]);
    const socket = new WebSocket(`ws+unix:${this.#layout.supervisorSocket}:/v1/connect`, [WIRE_SUBPROTOCOL], {
      generateMask: plainMask,
      headers,
      perMessageDeflate: false,
      handshakeTimeout: REQUEST_TIMEOUT_MS,
      maxPayload: WIRE_LIMITS.jsonBytes + 1024,
    });
    // The first frame of the supervisor may come with its answer to the upgrade: attach before it opens.
    const adapted = messageSocketOfWs(socket);
    return new Promise<Connection>((resolve, reject) => {
      const fail = (error: Error) => reject(unreachable(error));
      socket.once('error', fail);
      socket.once('open', () => {
        socket.off('error', fail);
        resolve(new Connection(adapted, { role: 'client', keepAliveMs: 0 }));
      });
    });
  }

  async #send(
    method: string,
    path: string,
    body: object | undefined,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const headers = await this.#headers();
    const payload = body === undefined ? undefined : JSON.stringify(body);
    return new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = request(
        {
          socketPath: this.#layout.supervisorSocket,
          method,
          path,
          signal,
          agent: false,
          headers: {
            ...headers,
            ...(payload === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
          },
        },
        resolve,
      );
      outgoing.on('error', (error) => reject(unreachable(error)));
      outgoing.end(payload);
    });
  }

  /** Reads the record each time: another supervisor has another cookie. */
  async #headers(): Promise<Record<string, string>> {
    let record: SupervisorRecord;
    try {
      record = JSON.parse(await readFile(this.#layout.supervisorRecord, 'utf8')) as SupervisorRecord;
    } catch (error) {
      throw unreachable(error);
    }
    if (record.protocol !== SUPERVISOR_PROTOCOL)
      throw new RigError(
        'unreachable',
        `The supervisor speaks protocol ${record.protocol}, this rigd ${SUPERVISOR_PROTOCOL}.`,
        { hint: 'Run `rig platform stop`, then `rig platform start`.' },
      );
    return { authorization: `Bearer ${record.cookie}` };
  }
}

async function readAll(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) throw new Error('an answer without an end');
      chunks.push(chunk);
    }
  } catch (error) {
    throw unreachable(error);
  }
  return Buffer.concat(chunks).toString('utf8');
}
