import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { RigClient } from '@rig-ops/client';
import { ChannelStream, type LogsParams } from '@rig-ops/contract/channels';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { LogLine, LogPosition, LogRecord } from '@rig-ops/contract/log-record';
import { Connection, type OpenRequest, sendRecords } from '@rig-ops/wire';
import { messageSocketOfWs } from '@rig-ops/wire/ws';
import { type WebSocket, WebSocketServer } from 'ws';

/** A log in memory with the semantics of the `logs` channel. */
export class MemoryLog {
  readonly records: LogRecord[] = [];
  /** Sequence number of the last record; a gap has several. */
  #last = 0;
  #ended = false;
  #wake = Promise.withResolvers<void>();

  append(...messages: (string | Partial<LogLine>)[]): void {
    for (const message of messages) {
      this.#last += 1;
      this.records.push(makeLine(this.#last, message));
    }
    this.#stir();
  }

  gap(count: number): void {
    const from = this.#last + 1;
    this.#last += count;
    this.records.push({ type: 'gap', from: `1.${from}`, to: `1.${this.#last}`, count, reason: 'dropped' });
    this.#stir();
  }

  /** Followers come to their end, as those of a build. */
  end(): void {
    this.#ended = true;
    this.#stir();
  }

  async *read({ after, tail, follow, positions }: LogsParams): AsyncGenerator<LogRecord | LogPosition> {
    let at = tail === undefined ? 0 : Math.max(0, this.records.length - tail);
    if (after !== undefined) at = this.records.findIndex((record) => endOf(record) === after) + 1;
    const before = this.records[at - 1];
    if (positions === true && before !== undefined) yield { type: 'position', cursor: endOf(before) };
    for (;;) {
      const record = this.records[at];
      if (record !== undefined) {
        at += 1;
        yield record;
      } else if (follow === true && !this.#ended) await this.#wake.promise;
      else return;
    }
  }

  #stir(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }
}

function endOf(record: LogRecord): string {
  return record.type === 'line' ? record.cursor : record.to;
}

function makeLine(seq: number, message: string | Partial<LogLine>): LogLine {
  return {
    type: 'line',
    cursor: `1.${seq}`,
    at: '2026-01-02T03:04:05.678Z',
    app: 'hello',
    source: 'app',
    process: 'web',
    instance: 'web.1',
    release: 1,
    stream: 'stdout',
    message: typeof message === 'string' ? message : '',
    ...(typeof message === 'string' ? {} : message),
  };
}

export interface TestPlatform {
  client: RigClient;
  port: number;
  rigHome: string;
  log: MemoryLog;
  asked: LogsParams[];
  builds: { id: string; status?: string }[];
  /** Breaks every connection without a word. */
  cut(): void;
  /** Breaks every connection and listens no more, until {@link TestPlatform.restart}. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Resolves when the platform has given up a connection, because nothing came from it. */
  untilSilent(): Promise<void>;
}

export async function startPlatform(
  t: TestContext,
  options: { keepAliveMs?: number } = {},
): Promise<TestPlatform> {
  const log = new MemoryLog();
  const asked: LogsParams[] = [];
  const builds: TestPlatform['builds'] = [];
  const sockets = new Set<WebSocket>();
  const http = createServer((request, response) => {
    const build = /^\/v1\/builds\/([^/]+)$/.exec(request.url ?? '')?.[1];
    const listed = request.url?.startsWith('/v1/apps/hello/builds?') === true;
    const body = listed ? { builds, nextCursor: null } : (builds.find(({ id }) => id === build) ?? {});
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  });
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  const connections: Connection[] = [];
  const silent = Promise.withResolvers<void>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const connection = new Connection(messageSocketOfWs(socket), {
      role: 'server',
      onOpen: (request) => void serve(request, log, asked),
      ...options,
    });
    connections.push(connection);
    void connection.closed.then((error) => (error === undefined ? undefined : silent.resolve()));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const rigHome = await mkdtemp(join(tmpdir(), 'rig-logs-'));
  const client = new RigClient({ name: 'test', token: 'token', url: `http://127.0.0.1:${port}` });
  const cut = () => {
    for (const socket of sockets) socket.terminate();
  };
  const kill = async () => {
    cut();
    http.closeAllConnections();
    http.close();
    await once(http, 'close');
  };
  const restart = async () => {
    http.listen(port, '127.0.0.1');
    await once(http, 'listening');
  };
  t.after(async () => {
    await client.close();
    log.end();
    if (http.listening) await kill();
    await rm(rigHome, { recursive: true });
  });
  const untilSilent = () => silent.promise;
  return { client, port, rigHome, log, asked, builds, cut, kill, restart, untilSilent };
}

async function serve(request: OpenRequest, log: MemoryLog, asked: LogsParams[]): Promise<void> {
  const params = request.params as LogsParams;
  asked.push(params);
  if (params.app === 'nope') {
    request.refuse(toErrorDocument(new RigError('app_not_found', 'There is no app nope.')));
    return;
  }
  const channel = request.accept();
  try {
    await sendRecords(channel, ChannelStream.records, log.read(params));
    channel.close();
  } catch {
    // The connection was cut, which is what the test is about.
  }
}
