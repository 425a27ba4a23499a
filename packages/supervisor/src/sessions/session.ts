import { setTimeout as sleep } from 'node:timers/promises';
import type {
  SessionAccepted,
  SessionEnd,
  SessionExit,
  SessionMode,
  TerminalSize,
} from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import type { SessionAttachSpec, SessionReport, SessionSpec } from '@rig-ops/contract/supervisor-sessions';
import type { OpenRequest } from '@rig-ops/wire';
import { endRest } from '../containment/end-rest.ts';
import type { SessionContainment } from '../containment/session-containment.ts';
import type { SessionRecorder } from '../recording/session-recorder.ts';
import type { Outcome } from '../proc/spawn-program.ts';
import { Attendance } from './attendance.ts';
import { endProgram } from './end-program.ts';
import { InputLedger } from './input-ledger.ts';
import { isSignal, parseControl } from './parse-control.ts';
import type { SessionProgram } from './program.ts';
import { reportOf } from './report-of.ts';
import { isLoss, isRefusal } from './why-gone.ts';
import { type ClientHost, SessionClient } from './session-client.ts';
import { SessionClock } from './session-clock.ts';
import type { DeadlineCause } from './session-deadline.ts';
import { SessionOutputs } from './session-outputs.ts';

/** A program that is to end gets a signal, and SIGKILL after this. */
const END_GRACE_MS = 5_000;
/** What a program has left behind gets SIGHUP, and SIGKILL after this. */
const REST_GRACE_MS = 250;
/** A program has to see that the size was another one. */
const NUDGE_MS = 50;

export interface SessionOptions {
  spec: SessionSpec;
  program: SessionProgram;
  containment: SessionContainment;
  /** Null for one that is not recorded. */
  recorder: SessionRecorder | null;
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
  readonly #outputs: SessionOutputs;
  readonly #ledger = new InputLedger();
  readonly #attendance = new Attendance();
  readonly #clock: SessionClock;
  #detach: boolean;
  #size: TerminalSize | null;
  #lastActiveAt = Date.now();
  /** Why it is to end; null while it is not. */
  #why: SessionEnd | null = null;
  /** How the program has ended. */
  #outcome: Outcome | null = null;
  /** When all of it had ended, output included. */
  #endedAt: string | null = null;
  /** Whether all that is told of its end is known; the hash of its recording comes last. */
  #settled = false;
  /** Whether its output can still be had. */
  #kept = true;
  #forgotten = false;
  /** Whether somebody was lost who did not get all of it. */
  #owed = false;
  /** Settles when it has ended and nothing it started is left. */
  readonly ended: Promise<void>;

  constructor(options: SessionOptions) {
    const { spec, program } = options;
    // Its environment was needed to start it, and has the secrets of the app.
    this.#options = { ...options, spec: { ...spec, env: {} } };
    this.#detach = spec.detach;
    this.#size = spec.terminal && { columns: spec.terminal.columns, rows: spec.terminal.rows };
    this.#outputs = new SessionOutputs(program, (stream, bytes) => {
      this.#touch();
      return this.#recorder?.output(stream, bytes);
    });
    this.#clock = new SessionClock({
      limits: spec.limits,
      times: () => this.#times(),
      onDeadline: (why) => this.#reach(why),
      onNear: (why, seconds) => {
        for (const client of this.#attendance.clients) client.tell({ type: 'ending', why, seconds });
      },
    });
    this.ended = this.#run();
  }

  get #recorder(): SessionRecorder | null {
    return this.#options.recorder;
  }

  get spec(): SessionSpec {
    return this.#options.spec;
  }

  /** Whether it is told to who asks what there is. */
  get told(): boolean {
    return !this.#forgotten && !this.spec.untold;
  }

  get report(): SessionReport {
    const { startedAt, containment, program } = this.#options;
    const begun = reportOf(this.spec, startedAt, containment);
    const endsAt = this.#outcome === null ? this.#clock.endsAt : null;
    const ended = !this.#settled
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
      pid: program.identity.pid,
      terminal: this.#size,
      lastActiveAt: new Date(this.#lastActiveAt).toISOString(),
      bytes: { stdin: this.#ledger.total, ...this.#outputs.bytes },
      clients: this.#attendance.clients.map(({ report }) => report),
      endsAt: endsAt === null ? null : new Date(endsAt).toISOString(),
      recording: this.#recorder?.report ?? null,
    };
  }

  /** Accepts the channel that has begun it. */
  begin(request: OpenRequest): void {
    const { id: session, client } = this.spec;
    const from = { stdout: 0, stderr: 0 };
    this.#join(request, { session, client, mode: 'write', steal: false, from, terminal: null });
  }

  /**
   * Accepts a channel that comes to it.
   * @throws RigError `session_ended`, `session_busy`, `not_permitted`
   */
  async attach(request: OpenRequest, spec: SessionAttachSpec): Promise<void> {
    this.#admit(spec);
    if (this.#size === null || spec.from !== null) {
      this.#join(request, spec);
      return;
    }
    const { drawScreen } = await import('./draw-screen.ts');
    const [at, size] = [this.#outputs.bytes, this.#size];
    const partial = this.#outputs.oldest.stdout > 0;
    const on = spec.mode === 'read' || spec.terminal === null ? size : spec.terminal;
    const redraw = await drawScreen({ ...this.#outputs.screen, size, on });
    // It may have ended meanwhile, or somebody may have come.
    this.#admit(spec);
    this.#join(request, spec, { at, redraw });
    if (partial) this.#nudge();
  }

  /** @throws RigError `session_ended`, `not_permitted` */
  #admit(spec: SessionAttachSpec): void {
    const owner = this.#ledger.userOf(spec.client.id);
    if (owner !== undefined && owner !== spec.client.user) {
      throw new RigError('not_permitted', 'This client of the session is somebody else.');
    }
    if (!this.#kept || (this.#endedAt !== null && spec.from === null)) {
      throw new RigError('session_ended', 'The session has ended.');
    }
  }

  /** Ends its program and all it has started. Only the first reason counts. */
  end(why: SessionEnd, graceMs = END_GRACE_MS): void {
    const { program } = this.#options;
    if (this.#outcome !== null) return;
    const first = this.#why === null;
    this.#why ??= why;
    if (!first && graceMs > 0) return;
    // A program that waits for somebody to take its output could not react.
    this.#attendance.forsake();
    void endProgram(this.#options, why === 'timeout' ? 'SIGTERM' : 'SIGHUP', graceMs).catch(() =>
      program.signal('SIGKILL'),
    );
  }

  /** It has ended, and is told of no more; who was lost may still come for the rest. */
  forget(): void {
    this.#forgotten = true;
    if (!this.#kept) this.#options.onDropped();
  }

  async input(client: SessionClient, bytes: Uint8Array): Promise<boolean> {
    this.#ledger.take(client.spec.id, bytes.length);
    this.#touch();
    // What one who may not write has typed goes nowhere.
    if (client.mode !== 'write' || this.#outcome !== null) return true;
    this.#recorder?.input(bytes);
    return await this.#options.program.write(bytes);
  }

  received(client: SessionClient): number {
    return this.#ledger.received(client.spec.id);
  }

  inputEnded(client: SessionClient): void {
    if (client.mode === 'write' && this.#outcome === null) this.#options.program.endInput();
  }

  control(client: SessionClient, message: unknown): void {
    const control = parseControl(message);
    if (control?.type === 'detach') this.#detachClient(client, control.behindInput === true);
    // From its end on the number of its group may become somebody else's.
    if (client.mode !== 'write' || this.#outcome !== null) return;
    if (control?.type === 'signal' && isSignal(control.signal)) this.#options.program.signal(control.signal);
    if (control?.type === 'resize') this.#resize(control, client);
  }

  gone(client: SessionClient, error: RigError | undefined): void {
    this.#attendance.remove(client);
    const writes = client.mode === 'write';
    this.#recorder?.marker(`${client.spec.user} ${error === undefined ? 'left' : 'was lost'}`);
    if (this.#outcome !== null) {
      this.#owed ||= error !== undefined;
      client.release();
    } else if (writes && error !== undefined && isLoss(error) && this.#why === null) {
      this.#attendance.await(client);
    } else {
      client.release();
      if (error !== undefined && isRefusal(error) && client.spec.user === this.spec.user) this.end('revoked');
      else if (writes && !this.#attendance.passOn() && !this.#detach) this.end('lost');
    }
    this.#changed();
  }

  #join(
    request: OpenRequest,
    spec: SessionAttachSpec,
    { at, redraw }: { at: { stdout: number; stderr: number }; redraw: Uint8Array | null } = {
      at: this.#outputs.oldest,
      redraw: null,
    },
  ): void {
    const mode = this.#attendance.modeFor(spec);
    const { id: client, user } = spec.client;
    this.#attendance.expect(spec, mode);
    this.#markArrival(spec, mode);
    this.#ledger.enter(client, user, (id) => this.#attendance.isThere(id));
    const { id, instanceName, limits } = this.spec;
    const from = spec.from ?? at;
    const accepted: SessionAccepted = {
      session: id,
      instance: instanceName ?? '',
      client,
      mode,
      terminal: this.#size !== null,
      // Of what its old channel still brings nothing is taken: this is how much was.
      offsets: { stdin: this.#ledger.received(client), ...from },
      limits,
      recorded: this.#recorder !== null && this.#recorder.report.failure === null,
      ...(redraw === null ? {} : { redraw: redraw.length }),
    };
    if (mode === 'write' && spec.terminal !== null) this.#resize(spec.terminal, undefined);
    const channel = request.accept(accepted);
    const options = { spec: spec.client, mode, channel, outputs: this.#outputs, from, redraw, host: this };
    const joined = new SessionClient(options);
    this.#attendance.add(joined);
    if (this.#endedAt !== null) void joined.finish(this.#exit());
    this.#changed();
  }

  #detachClient(client: SessionClient, behindInput: boolean): void {
    if (!behindInput) this.#leave(client);
    else void client.fed.then((ended) => ended && this.#outcome === null && this.#leave(client));
  }

  /** For who sees the recording. The one who has begun it was there from its first moment. */
  #markArrival({ client, steal }: SessionAttachSpec, mode: SessionMode): void {
    const again = this.#ledger.userOf(client.id) !== undefined;
    if (!again && client.id === this.spec.client.id) return;
    const how = again ? 'came back' : mode === 'read' ? 'came to watch' : steal ? 'took over' : 'came';
    this.#recorder?.marker(`${client.user} ${how}`);
  }

  #leave(client: SessionClient): void {
    this.#recorder?.marker(`${client.spec.user} detached`);
    this.#attendance.remove(client);
    client.leave('detached');
    if (client.mode === 'write') {
      this.#detach = true;
      this.#attendance.passOn();
    }
    this.#changed();
  }

  /** What was drawn before all that is kept is not on the screen: a program that draws it redraws it. */
  #nudge(): void {
    const { program } = this.#options;
    if (this.#size === null || this.#outcome !== null) return;
    program.resize({ ...this.#size, rows: Math.max(1, this.#size.rows - 1) });
    setTimeout(() => {
      if (this.#size !== null && this.#outcome === null) program.resize(this.#size);
    }, NUDGE_MS).unref();
  }

  #resize({ columns, rows }: TerminalSize, by: SessionClient | undefined): void {
    if (this.#size === null || this.#outcome !== null) return;
    if (this.#size.columns === columns && this.#size.rows === rows) return;
    this.#size = { columns, rows };
    this.#options.program.resize(this.#size);
    this.#recorder?.resize(this.#size);
    for (const client of this.#attendance.clients) {
      if (client !== by) client.tell({ type: 'resized', columns, rows });
    }
  }

  #reach(why: DeadlineCause): void {
    if (why !== 'forsaken' && !(why === 'lost' && this.#attendance.passOn())) {
      this.end(why);
      return;
    }
    this.#attendance.forsake();
    this.#changed();
  }

  async #run(): Promise<void> {
    const { containment, program, onChange } = this.#options;
    this.#clock.look();
    this.#outcome = await program.ended;
    this.#clock.stop();
    this.#owed = this.#attendance.lostSince !== null;
    this.#attendance.forsake();
    const swept = endRest(containment, REST_GRACE_MS);
    await this.#outputs.finish(program.failure());
    program.close();
    this.#endedAt = new Date().toISOString();
    const exit = this.#exit();
    const told = this.#attendance.clients.map(async (client) => await client.finish(exit));
    await this.#recorder?.end({ end: this.#why ?? 'exited', ...this.#outcome });
    this.#settled = true;
    onChange(this.report);
    await swept;
    containment.close();
    void this.#keepOutput(told);
  }

  /** One that was lost may come for the rest. */
  async #keepOutput(told: Promise<boolean>[]): Promise<void> {
    const delivered = Promise.all(told).then((orderly) => orderly.every(Boolean) && !this.#owed);
    const late = sleep(this.spec.limits.reconnectSeconds * 1_000, false, { ref: false });
    if (!(await Promise.race([delivered, late]))) await late;
    this.#kept = false;
    if (this.#forgotten || this.spec.untold) this.#options.onDropped();
    // Somebody slow may still read.
    if (this.#attendance.clients.length === 0) this.#outputs.clear();
  }

  #exit(): SessionExit {
    const { stdout, stderr } = this.#outputs.bytes;
    return {
      exitCode: this.#outcome?.exitCode ?? 255,
      signal: this.#outcome?.signal ?? null,
      stdoutBytes: stdout,
      stderrBytes: stderr,
      end: this.#why ?? 'exited',
    };
  }

  #touch(): void {
    this.#lastActiveAt = Date.now();
  }

  #changed(): void {
    if (this.#outcome === null) this.#clock.look();
    this.#options.onChange(this.report);
  }

  #times() {
    return {
      startedAt: Date.parse(this.#options.startedAt),
      lastActiveAt: this.#lastActiveAt,
      lostAt: this.#attendance.lostSince,
      aloneAt: this.#attendance.aloneSince,
      detach: this.#detach,
      timeoutMs: this.spec.timeoutMs,
    };
  }
}
