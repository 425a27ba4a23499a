import type {
  SessionAccepted,
  SessionControl,
  SessionEnd,
  SessionExit,
  SessionMode,
} from '@rig-ops/contract/channels';
import { ChannelStream } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import type {
  SessionAttachSpec,
  SessionClientSpec,
  SessionReport,
  SessionSpec,
} from '@rig-ops/contract/supervisor-sessions';
import type { Channel, OpenRequest } from '@rig-ops/wire';

/** Numbers of signals that tests send (signal(7)). */
const SIGNALS: Record<string, number> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

interface Client {
  spec: SessionClientSpec;
  channel: Channel;
  mode: SessionMode;
}

/** A session in memory: `echo` and `false` end at once, everything else gives back what it is given until EOF. */
export class FakeSession {
  readonly #spec: SessionSpec;
  readonly #onChange: (report: SessionReport) => void;
  readonly #startedAt = new Date().toISOString();
  readonly #clients = new Set<Client>();
  readonly #received = new Map<string, number>();
  #output = Buffer.alloc(0);
  #detach: boolean;
  #ended: { at: string; exitCode: number; signal: string | null; end: SessionEnd } | null = null;

  constructor(spec: SessionSpec, onChange: (report: SessionReport) => void) {
    this.#spec = spec;
    this.#detach = spec.detach;
    this.#onChange = onChange;
  }

  get report(): SessionReport {
    const { env: _env, argv: _argv, client: _client, terminal, ...told } = this.#spec;
    const stdin = [...this.#received.values()].reduce((sum, bytes) => sum + bytes, 0);
    return {
      spec: { ...told, detach: this.#detach },
      state: this.#ended === null ? 'running' : 'ended',
      pid: null,
      terminal: terminal && { columns: terminal.columns, rows: terminal.rows },
      startedAt: this.#startedAt,
      endedAt: this.#ended?.at ?? null,
      lastActiveAt: this.#startedAt,
      exitCode: this.#ended?.exitCode ?? null,
      signal: this.#ended?.signal ?? null,
      end: this.#ended?.end ?? null,
      bytes: { stdin, stdout: this.#output.length, stderr: 0 },
      clients: [...this.#clients].map(({ spec, mode }) => ({ ...spec, mode, since: this.#startedAt })),
      endsAt: null,
      containment: 'processes',
      recording: null,
    };
  }

  begin(request: OpenRequest): void {
    this.#join(request, this.#spec.client, 'write', 0);
    const [program, ...args] = this.#spec.argv;
    if (program === 'echo') this.#print(Buffer.from(`${args.join(' ')}\n`));
    if (program === 'echo' || program === 'false') this.#end(program === 'echo' ? 0 : 1, null, 'exited');
  }

  /** @throws RigError `session_ended`, `session_busy` */
  attach(request: OpenRequest, { client, from, mode, steal }: SessionAttachSpec): void {
    if (this.#ended !== null && from === null) throw new RigError('session_ended', 'It has ended.');
    const writer = [...this.#clients].find((each) => each.mode === 'write' && each.spec.id !== client.id);
    if (mode === 'write' && writer !== undefined && !steal) throw new RigError('session_busy', 'It is busy.');
    if (steal && writer !== undefined) writer.mode = 'read';
    this.#join(request, client, mode ?? (writer === undefined ? 'write' : 'read'), from?.stdout ?? 0);
  }

  kill(end: SessionEnd): void {
    this.#end(128 + 1, 'SIGHUP', end);
  }

  #join(request: OpenRequest, spec: SessionClientSpec, mode: SessionMode, from: number): void {
    const accepted: SessionAccepted = {
      session: this.#spec.id,
      instance: this.#spec.instanceName ?? '',
      client: spec.id,
      mode,
      terminal: this.#spec.terminal !== null,
      offsets: { stdin: this.#received.get(spec.id) ?? 0, stdout: from, stderr: 0 },
      limits: this.#spec.limits,
      recorded: false,
    };
    const client: Client = { spec, mode, channel: request.accept(accepted) };
    client.channel.onControl = (message) => this.#control(client, message as SessionControl);
    this.#clients.add(client);
    const rest = this.#output.subarray(from);
    if (rest.length > 0) void client.channel.write(ChannelStream.stdout, rest).catch(() => undefined);
    void this.#watch(client);
    void this.#feed(client).catch(() => undefined);
    if (this.#ended !== null) this.#tellEnd(client);
    this.#onChange(this.report);
  }

  async #feed(client: Client): Promise<void> {
    const { channel, spec } = client;
    for await (const bytes of channel.read(ChannelStream.stdin)) {
      this.#received.set(spec.id, (this.#received.get(spec.id) ?? 0) + bytes.length);
      if (client.mode === 'write') this.#print(Buffer.from(bytes));
    }
    if (this.#clients.has(client)) this.#end(0, null, 'exited');
  }

  #control(client: Client, control: SessionControl): void {
    if (control.type === 'signal') {
      this.#end(128 + (SIGNALS[control.signal] ?? 0), control.signal, 'exited');
    } else if (control.type === 'detach') {
      this.#detach = true;
      this.#clients.delete(client);
      client.channel.exit({ left: 'detached' } satisfies SessionExit);
      client.channel.close();
      this.#onChange(this.report);
    }
  }

  async #watch(client: Client): Promise<void> {
    const error = await client.channel.closed;
    if (!this.#clients.delete(client)) return;
    if (error === undefined && client.mode === 'write' && !this.#detach) this.kill('lost');
    this.#onChange(this.report);
  }

  #print(bytes: Buffer): void {
    if (this.#ended !== null) return;
    this.#output = Buffer.concat([this.#output, bytes]);
    for (const { channel } of this.#clients) {
      void channel.write(ChannelStream.stdout, bytes).catch(() => undefined);
    }
  }

  #end(exitCode: number, signal: string | null, end: SessionEnd): void {
    if (this.#ended !== null) return;
    this.#ended = { at: new Date().toISOString(), exitCode, signal, end };
    for (const client of this.#clients) this.#tellEnd(client);
    this.#onChange(this.report);
  }

  #tellEnd({ channel }: Client): void {
    if (this.#ended === null) return;
    const { exitCode, signal, end } = this.#ended;
    const exit: SessionExit = { exitCode, signal, stdoutBytes: this.#output.length, stderrBytes: 0, end };
    channel.exit(exit);
  }
}
