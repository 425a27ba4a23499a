import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { RigClient } from '@rig-ops/client';
import type {
  AttachParams,
  SessionAccepted,
  SessionControl,
  SessionNotice,
} from '@rig-ops/contract/channels';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import { type Channel, Connection, type OpenRequest } from '@rig-ops/wire';
import { messageSocketOfWs } from '@rig-ops/wire/ws';
import { type WebSocket, WebSocketServer } from 'ws';

/** What a program of a test sees of its session. */
interface ProgramIo {
  stdin: AsyncIterable<Uint8Array>;
  /** Resolves when the client is not far behind. */
  write(stream: 1 | 2, bytes: Uint8Array): Promise<void>;
  onControl: ((message: SessionControl) => void) | null;
  notify(notice: SessionNotice): void;
}

export type Program = (io: ProgramIo) => Promise<number>;

const INPUT_NOTICE_BYTES = 64 * 1024;
const AHEAD_BYTES = 256 * 1024;

/** A session that follows the rules of the platform's own, for one client that is cut off and comes back. */
class TestSession implements ProgramIo {
  readonly id: string;
  readonly #output: Record<1 | 2, Uint8Array[]> = { 1: [], 2: [] };
  readonly total = { 1: 0, 2: 0 };
  readonly #kept = { 1: 0, 2: 0 };
  readonly #input: Uint8Array[] = [];
  received = 0;
  #inputEnded = false;
  #exitCode: number | undefined;
  #changed = Promise.withResolvers<void>();
  #channel: Channel | null = null;
  onControl: ((message: SessionControl) => void) | null = null;
  readonly #terminal: boolean;
  readonly #reconnectSeconds: number;

  constructor(id: string, options: { terminal: boolean; reconnectSeconds: number }) {
    this.id = id;
    this.#terminal = options.terminal;
    this.#reconnectSeconds = options.reconnectSeconds;
  }

  async run(program: Program): Promise<void> {
    this.#exitCode = await program(this);
    this.#wake();
  }

  get stdin(): AsyncIterable<Uint8Array> {
    return this.#readInput();
  }

  async write(stream: 1 | 2, bytes: Uint8Array): Promise<void> {
    this.#output[stream].push(Uint8Array.from(bytes));
    this.total[stream] += bytes.length;
    this.#wake();
    while (this.total[stream] - this.#kept[stream] > 4 * AHEAD_BYTES) await this.#changed.promise;
  }

  notify(notice: SessionNotice): void {
    this.#channel?.control(notice);
  }

  attach(request: OpenRequest, from: { stdout: number; stderr: number }): void {
    const accepted: SessionAccepted = {
      session: this.id,
      instance: 'web.1',
      client: 'cli-1',
      mode: 'write',
      terminal: this.#terminal,
      offsets: { stdin: this.received, ...from },
      limits: {
        reconnectSeconds: this.#reconnectSeconds,
        detachedSeconds: 100,
        idleSeconds: null,
        maximumSeconds: null,
      },
      recorded: false,
    };
    this.#channel?.close(toErrorDocument(new RigError('connection_lost', 'Replaced.')));
    const channel = request.accept(accepted);
    this.#channel = channel;
    channel.onControl = (message) => this.#hear(channel, message as SessionControl);
    void this.#take(channel);
    void this.#finish(channel, from);
  }

  async #finish(channel: Channel, from: { stdout: number; stderr: number }): Promise<void> {
    try {
      await Promise.all([this.#send(channel, 1, from.stdout), this.#send(channel, 2, from.stderr)]);
    } catch {
      // Lost: it comes back.
      return;
    }
    channel.exit({
      exitCode: this.#exitCode,
      signal: null,
      stdoutBytes: this.total[1],
      stderrBytes: this.total[2],
      end: 'exited',
    });
    channel.close();
  }

  #hear(channel: Channel, message: SessionControl): void {
    if (message.type === 'detach') {
      channel.exit({ left: 'detached' });
      channel.close();
    } else this.onControl?.(message);
  }

  #wake(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }

  async *#readInput(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const bytes = this.#input.shift();
      if (bytes !== undefined) {
        this.#wake();
        yield bytes;
      } else if (this.#inputEnded) return;
      else await this.#changed.promise;
    }
  }

  async #take(channel: Channel): Promise<void> {
    try {
      let told = this.received;
      for await (const bytes of channel.read(0)) {
        if (channel !== this.#channel) return;
        this.#input.push(Uint8Array.from(bytes));
        this.received += bytes.length;
        this.#wake();
        if (this.received - told >= INPUT_NOTICE_BYTES) {
          told = this.received;
          channel.control({ type: 'input', received: told });
        }
        while (this.#input.length > 4) await this.#changed.promise;
      }
      if (channel !== this.#channel) return;
      this.#inputEnded = true;
      this.#wake();
    } catch {
      // Lost: it comes back.
    }
  }

  /** Sends a stream from an offset until the program has ended; fails when the channel is over. */
  async #send(channel: Channel, stream: 1 | 2, from: number): Promise<void> {
    let sent = from;
    for (;;) {
      const chunk = this.#slice(stream, sent);
      if (chunk !== null) {
        await channel.write(stream, chunk);
        sent += chunk.length;
        this.#kept[stream] = Math.max(this.#kept[stream], sent);
        this.#wake();
      } else if (this.#exitCode !== undefined) return;
      else
        await Promise.race([this.#changed.promise, channel.closed.then(() => Promise.reject(new Error()))]);
    }
  }

  #slice(stream: 1 | 2, offset: number): Uint8Array | null {
    let start = 0;
    for (const chunk of this.#output[stream]) {
      if (offset < start + chunk.length) return chunk.subarray(offset - start);
      start += chunk.length;
    }
    return null;
  }
}

export interface SessionServer {
  client: RigClient;
  /** Parameters of what was opened, by kind. */
  opened: { kind: string; params: unknown }[];
  sessions: TestSession[];
  /** Ends every connection without a word. */
  cut(): void;
  /** Whether nobody is let in. */
  setDeaf(deaf: boolean): void;
  /** Answers `attach` with this. */
  refusal: RigError | null;
}

export async function startSessionServer(
  t: TestContext,
  program: Program,
  { reconnectSeconds = 60 } = {},
): Promise<SessionServer> {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    perMessageDeflate: false,
    verifyClient: (_info: unknown, answer: (ok: boolean, code?: number) => void) =>
      deaf ? answer(false, 503) : answer(true),
  });
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new RigClient({ name: 'test', token: 'token', url });
  const sockets = new Set<WebSocket>();
  const connections: Connection[] = [];
  let deaf = false;
  const started: SessionServer = {
    client,
    opened: [],
    sessions: [],
    refusal: null,
    cut() {
      for (const socket of sockets) socket.terminate();
      sockets.clear();
    },
    setDeaf(to) {
      deaf = to;
    },
  };
  const open = (request: OpenRequest) => {
    const { kind, params } = request;
    started.opened.push({ kind, params });
    if (kind === 'attach') {
      const { session: id, from } = params as AttachParams;
      const session = started.sessions.find((each) => each.id === id);
      if (started.refusal !== null || session === undefined) {
        const refusal = started.refusal ?? new RigError('not_found', 'No such session.');
        request.refuse(toErrorDocument(refusal));
      } else session.attach(request, from ?? { stdout: 0, stderr: 0 });
      return;
    }
    const session = new TestSession(`ses_${started.sessions.length + 1}`, {
      terminal: kind === 'shell',
      reconnectSeconds,
    });
    started.sessions.push(session);
    session.attach(request, { stdout: 0, stderr: 0 });
    void session.run(program);
  };
  server.on('connection', (socket) => {
    sockets.add(socket);
    connections.push(new Connection(messageSocketOfWs(socket), { role: 'server', onOpen: open }));
  });
  t.after(async () => {
    await client.close();
    started.cut();
    server.close();
    await once(server, 'close');
  });
  return started;
}
