import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  SessionAccepted,
  SessionEnd,
  SessionExit,
  SessionMode,
  TerminalSize,
} from '@rig-ops/contract/channels';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { SessionAttachSpec, SessionReport, SessionSpec } from '@rig-ops/contract/supervisor-sessions';
import type { OpenRequest } from '@rig-ops/wire';
import { endRest } from '../containment/end-rest.ts';
import type { SessionContainment } from '../containment/session-containment.ts';
import type { Outcome } from '../proc/spawn-program.ts';
import { InputLedger } from './input-ledger.ts';
import { parseControl } from './parse-control.ts';
import type { SessionProgram } from './program.ts';
import { reportOf } from './report-of.ts';
import { type ClientHost, SessionClient } from './session-client.ts';
import { SessionClock } from './session-clock.ts';
import type { DeadlineCause } from './session-deadline.ts';
import { SessionOutput } from './session-output.ts';

/** A program that is to end gets a signal, and SIGKILL after this. */
const END_GRACE_MS = 5_000;
/** What a program has left behind gets SIGHUP, and SIGKILL after this. */
const REST_GRACE_MS = 250;

export interface SessionOptions {
  spec: SessionSpec;
  program: SessionProgram;
  containment: SessionContainment;
  /** RFC 3339. */
  startedAt: string;
  /** Somebody came or went, or it ended. */
  onChange: (report: SessionReport) => void;
  /** Nobody can come to it any more, and it was forgotten. */
  onDropped: () => void;
}

/** A program, who is attached to it, and what it printed last. */
export class Session implements ClientHost {
  readonly #options: SessionOptions;
  readonly #program: SessionProgram;
  readonly #outputs: { stdout: SessionOutput; stderr: SessionOutput | null };
  readonly #ledger = new InputLedger();
  readonly #clock: SessionClock;
  readonly #clients = new Set<SessionClient>();
  /** The client that wrote and was lost, while it is waited for. */
  #awaited: { client: SessionClient; since: number } | null = null;
  /** Those somebody took writing from, the last one last. */
  #heirs: SessionClient[] = [];
  #detach: boolean;
  #size: TerminalSize | null;
  #lastActiveAt = Date.now();
  /** Since when nobody is attached. */
  #aloneAt: number | null = null;
  #why: SessionEnd | null = null;
  #outcome: Outcome | null = null;
  #endedAt: string | null = null;
  /** Whether its output can still be had. */
  #kept = true;
  #forgotten = false;
  /** Whether somebody was lost who did not get all of it. */
  #owed = false;
  /** Settles when it has ended and nothing it started is left. */
  readonly ended: Promise<void>;

  constructor(options: SessionOptions) {
    const { spec, program } = options;
    this.#options = options;
    this.#program = program;
    this.#detach = spec.detach;
    this.#size = spec.terminal && { columns: spec.terminal.columns, rows: spec.terminal.rows };
    const onData = () => this.#touch();
    this.#outputs = {
      stdout: new SessionOutput(program.stdout, onData),
      stderr: program.stderr && new SessionOutput(program.stderr, onData),
    };
    this.#clock = new SessionClock({
      limits: spec.limits,
      times: () => this.#times(),
      onDeadline: (why) => this.#reach(why),
      onNear: (why, seconds) => {
        for (const client of this.#clients) client.tell({ type: 'ending', why, seconds });
      },
    });
    this.ended = this.#run();
  }

  get report(): SessionReport {
    const { spec, startedAt, containment } = this.#options;
    const begun = reportOf(spec, startedAt, containment);
    const endsAt = this.#outcome === null ? this.#clock.endsAt : null;
    const ended =
      this.#endedAt === null
        ? {}
        : {
            state: 'ended' as const,
            endedAt: this.#endedAt,
            exitCode: this.#outcome?.exitCode ?? null,
            signal: this.#outcome?.signal ?? null,
            end: this.#why ?? 'exited',
          };
    return {
      ...begun,
      ...ended,
      spec: { ...begun.spec, detach: this.#detach },
      pid: this.#program.identity.pid,
      terminal: this.#size,
      lastActiveAt: new Date(this.#lastActiveAt).toISOString(),
      bytes: {
        stdin: this.#ledger.total,
        stdout: this.#outputs.stdout.bytes,
        stderr: this.#outputs.stderr?.bytes ?? 0,
      },
      clients: [...this.#clients].map(({ report }) => report),
      endsAt: endsAt === null ? null : new Date(endsAt).toISOString(),
    };
  }

  get spec(): SessionSpec {
    return this.#options.spec;
  }

  /** Whether it is told to who asks what there is. */
  get told(): boolean {
    return !this.#forgotten && !this.spec.untold;
  }

  /** Accepts the channel that has begun it. */
  begin(request: OpenRequest): void {
    this.#join(request, {
      session: this.#options.spec.id,
      client: this.#options.spec.client,
      mode: 'write',
      steal: false,
      from: { stdout: 0, stderr: 0 },
      terminal: null,
    });
  }

  /**
   * Accepts a channel that comes to it.
   * @throws RigError `session_ended`, `session_busy`, `not_permitted`
   */
  attach(request: OpenRequest, spec: SessionAttachSpec): void {
    const { id, user } = spec.client;
    const owner = this.#ledger.userOf(id);
    if (owner !== undefined && owner !== user) {
      throw new RigError('not_permitted', 'This client of the session is somebody else.');
    }
    if (!this.#kept || (this.#endedAt !== null && spec.from === null)) {
      throw new RigError('session_ended', 'The session has ended.');
    }
    this.#join(request, spec);
  }

  /** It has ended, and is told of no more; who was lost may still come for the rest. */
  forget(): void {
    this.#forgotten = true;
    if (!this.#kept) this.#options.onDropped();
  }

  /** Ends its program and all it has started. Only the first reason counts. */
  end(why: SessionEnd, graceMs = END_GRACE_MS): void {
    if (this.#outcome !== null) return;
    const first = this.#why === null;
    this.#why ??= why;
    if (graceMs === 0) {
      void this.#options.containment.kill();
      return;
    }
    if (!first) return;
    // What is lost with nobody to take it must not keep the program from ending.
    this.#forsake();
    const signal = why === 'timeout' ? 'SIGTERM' : 'SIGHUP';
    void this.#options.containment.signal(signal);
    void this.#killAfter(graceMs);
  }

  async input(client: SessionClient, bytes: Uint8Array): Promise<boolean> {
    this.#ledger.take(client.spec.id, bytes.length);
    this.#touch();
    // What one who may not write has typed goes nowhere.
    if (client.mode !== 'write' || this.#outcome !== null) return true;
    return await this.#program.write(bytes);
  }

  received(client: SessionClient): number {
    return this.#ledger.received(client.spec.id);
  }

  inputEnded(client: SessionClient): void {
    if (client.mode === 'write' && this.#outcome === null) this.#program.endInput();
  }

  control(client: SessionClient, message: unknown): void {
    const control = parseControl(message);
    if (control?.type === 'detach') this.#detached(client);
    // From its end on the number of its group may become somebody else's.
    if (client.mode !== 'write' || this.#outcome !== null) return;
    if (control?.type === 'signal' && control.signal in constants.signals) {
      this.#program.signal(control.signal as NodeJS.Signals);
    }
    if (control?.type === 'resize') this.#resize(control, client);
  }

  gone(client: SessionClient, error: RigError | undefined): void {
    this.#clients.delete(client);
    if (this.#outcome !== null) {
      client.release();
      this.#owed ||= error !== undefined;
      this.#changed();
      return;
    }
    if (client.mode === 'read') client.release();
    else if (error === undefined) this.#left(client);
    else if (isRefusal(error)) this.#revoked(client);
    else this.#awaited = { client, since: Date.now() };
    this.#changed();
  }

  #join(request: OpenRequest, spec: SessionAttachSpec): void {
    const before = [...this.#clients, ...(this.#awaited === null ? [] : [this.#awaited.client])].find(
      (client) => client.spec.id === spec.client.id,
    );
    const mode = this.#modeFor(spec, before);
    // From here on nothing of its old channel is taken: how much was is told in ACCEPT.
    if (before !== undefined) this.#replace(before);
    if (mode === 'write') this.#takeWriting(spec.client.user);
    this.#ledger.enter(spec.client.id, spec.client.user);
    const { stdout, stderr } = this.#outputs;
    const from = spec.from ?? { stdout: stdout.ring.start, stderr: stderr?.ring.start ?? 0 };
    const { id, instanceName, limits, recording } = this.#options.spec;
    const accepted: SessionAccepted = {
      session: id,
      instance: instanceName ?? '',
      client: spec.client.id,
      mode,
      terminal: this.#size !== null,
      offsets: { stdin: this.#ledger.received(spec.client.id), ...from },
      limits,
      recorded: recording !== null,
    };
    if (mode === 'write' && spec.terminal !== null) this.#resize(spec.terminal, undefined);
    const client = new SessionClient({
      spec: spec.client,
      mode,
      channel: request.accept(accepted),
      outputs: this.#outputs,
      from,
      host: this,
    });
    this.#clients.add(client);
    if (this.#endedAt !== null) void client.finish(this.#exit());
    this.#changed();
  }

  /** @throws RigError `session_busy` */
  #modeFor(spec: SessionAttachSpec, before: SessionClient | undefined): SessionMode {
    const writer = this.#writer();
    if (spec.mode === 'read') return 'read';
    if (writer === undefined || writer === before || spec.steal) return 'write';
    // One that comes back finds that somebody has taken over meanwhile.
    if (spec.from !== null || spec.mode === null) return 'read';
    throw new RigError('session_busy', `${writer.spec.user} writes in this session.`);
  }

  #writer(): SessionClient | undefined {
    return [...this.#clients].find(({ mode }) => mode === 'write');
  }

  /** The same client has come again: its old channel is over, whether that was seen or not. */
  #replace(before: SessionClient): void {
    before.cut();
    before.release();
    this.#clients.delete(before);
    this.#heirs = this.#heirs.filter((heir) => heir !== before);
    if (this.#awaited?.client === before) this.#awaited = null;
    const error = new RigError('connection_lost', 'The client has come again on another connection.');
    before.channel.close(toErrorDocument(error));
  }

  #takeWriting(by: string): void {
    this.#forsake();
    const writer = this.#writer();
    if (writer === undefined) return;
    writer.turn('read', by);
    this.#heirs.push(writer);
  }

  /** The lost client is not waited for any more. */
  #forsake(): void {
    this.#awaited?.client.release();
    this.#awaited = null;
  }

  #detached(client: SessionClient): void {
    this.#clients.delete(client);
    client.leave('detached');
    if (client.mode === 'write') {
      this.#detach = true;
      this.#passOn();
    }
    this.#changed();
  }

  /** The one who wrote has closed its channel in order. */
  #left(client: SessionClient): void {
    client.release();
    if (!this.#passOn() && !this.#detach) this.end('lost');
  }

  #revoked(client: SessionClient): void {
    client.release();
    if (client.spec.user === this.#options.spec.user) this.end('revoked');
    else if (!this.#passOn() && !this.#detach) this.end('lost');
  }

  /** Gives writing back to the last one it was taken from. */
  #passOn(): boolean {
    for (let heir = this.#heirs.pop(); heir !== undefined; heir = this.#heirs.pop()) {
      if (!this.#clients.has(heir)) continue;
      heir.turn('write', heir.spec.user);
      return true;
    }
    return false;
  }

  #resize({ columns, rows }: TerminalSize, by: SessionClient | undefined): void {
    if (this.#size === null || this.#outcome !== null) return;
    if (this.#size.columns === columns && this.#size.rows === rows) return;
    this.#size = { columns, rows };
    this.#program.resize(this.#size);
    for (const client of this.#clients) {
      if (client !== by) client.tell({ type: 'resized', columns, rows });
    }
  }

  #reach(why: DeadlineCause): void {
    if (why === 'forsaken' || (why === 'lost' && this.#passOn())) {
      this.#forsake();
      this.#changed();
    } else {
      this.end(why);
    }
  }

  async #killAfter(milliseconds: number): Promise<void> {
    const ended = this.#program.ended.then(() => true);
    const done = await Promise.race([ended, sleep(milliseconds, false, { ref: false })]);
    if (!done) await this.#options.containment.kill();
  }

  async #run(): Promise<void> {
    const { containment, spec } = this.#options;
    this.#clock.look();
    this.#outcome = await this.#program.ended;
    this.#clock.stop();
    this.#owed = this.#awaited !== null;
    this.#forsake();
    const swept = endRest(containment, REST_GRACE_MS);
    const { stdout, stderr } = this.#outputs;
    await Promise.all([stdout.finish(), stderr?.finish()]);
    this.#program.close();
    this.#endedAt = new Date().toISOString();
    const clients = [...this.#clients];
    const told = clients.map(async (client) => await client.finish(this.#exit()));
    this.#options.onChange(this.report);
    await swept;
    containment.close();
    void this.#keepOutput(told, spec.limits.reconnectSeconds);
  }

  /** One that was lost may come for the rest. */
  async #keepOutput(told: Promise<boolean>[], seconds: number): Promise<void> {
    const delivered = Promise.all(told).then((orderly) => orderly.every(Boolean) && !this.#owed);
    const late = sleep(seconds * 1_000, false, { ref: false });
    if (!(await Promise.race([delivered, late]))) await late;
    this.#drop();
  }

  #drop(): void {
    this.#kept = false;
    if (this.#forgotten || this.spec.untold) this.#options.onDropped();
    for (const output of [this.#outputs.stdout, this.#outputs.stderr]) {
      // Somebody slow may still read.
      if (this.#clients.size === 0) output?.ring.clear();
    }
  }

  #exit(): SessionExit {
    const { bytes, end } = this.report;
    return {
      exitCode: this.#outcome?.exitCode ?? 255,
      signal: this.#outcome?.signal ?? null,
      stdoutBytes: bytes.stdout,
      stderrBytes: bytes.stderr,
      end: end ?? 'exited',
    };
  }

  #touch(): void {
    this.#lastActiveAt = Date.now();
  }

  #changed(): void {
    const alone = this.#clients.size === 0;
    if (alone) this.#aloneAt ??= Date.now();
    else this.#aloneAt = null;
    if (this.#outcome === null) this.#clock.look();
    this.#options.onChange(this.report);
  }

  #times() {
    return {
      startedAt: Date.parse(this.#options.startedAt),
      lastActiveAt: this.#lastActiveAt,
      lostAt: this.#awaited?.since ?? null,
      aloneAt: this.#aloneAt,
      detach: this.#detach,
      timeoutMs: this.#options.spec.timeoutMs,
    };
  }
}

/** Exit codes of errors that say: not signed in, not allowed. */
const isRefusal = ({ exitCode }: RigError) => exitCode === 4 || exitCode === 5;
