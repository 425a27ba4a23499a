import { closeSync, openSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildReport } from '@rig-ops/contract/supervisor';
import type { Log } from '../log.ts';
import { signalGroup } from '../proc/process-group.ts';
import { isAlive, type ProcessIdentity } from '../proc/process-identity.ts';
import { type Program, spawnProgram } from '../proc/spawn-program.ts';
import type { RecordFolder } from '../records/record-folder.ts';
import { Wakeable } from '../wakeable.ts';
import type { ChildRecord } from './child-record.ts';
import { endOld } from './end-old.ts';
import { readLastWords } from '../own-logs/last-words.ts';
import { RestartDelay } from './restart-delay.ts';

export interface ChildOptions {
  name: 'rigd' | 'edge';
  program: Program;
  version: string;
  /** Whether one that an earlier supervisor has started may go on; otherwise it is ended and started anew. */
  adoptable: boolean;
  logPath: string;
  records: RecordFolder<ChildRecord>;
  log: Log;
  onChange: (report: ChildReport) => void;
}

const ADOPTED_POLL_MS = 200;

/** Keeps one program running: starts it again whenever it ends, until it is stopped. */
export class ChildKeeper {
  readonly #options: ChildOptions;
  readonly #delay = new RestartDelay();
  readonly #stopAsked = new Wakeable();
  #report: ChildReport = { pid: null, restarts: 0, lastExit: null };
  #stopping = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ChildOptions) {
    this.#options = options;
  }

  get report(): ChildReport {
    return this.#report;
  }

  /** Sees to what an earlier supervisor has left, then starts the program and keeps it. */
  async start(): Promise<void> {
    const { records, name, program, version, adoptable, logPath } = this.#options;
    const record = records.load().find(({ id }) => id === name)?.record;
    const same = record?.version === version && record.argv.join('\0') === program.argv.join('\0');
    const adopted = record !== undefined && adoptable && same && (await isAlive(record)) ? record : null;
    if (adopted === null) await endOld(record ?? null, logPath);
    this.#running = this.#keep(adopted);
  }

  /** SIGTERM, then SIGKILL after `graceMs`; resolves when it is gone. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#stopAsked.wake();
    this.#signal('SIGTERM');
    const timer = setTimeout(() => this.#signal('SIGKILL'), graceMs);
    await this.#running;
    clearTimeout(timer);
    this.#options.records.remove(this.#options.name);
  }

  async #keep(adopted: ProcessIdentity | null): Promise<void> {
    let before = adopted;
    while (!this.#stopping) {
      const startedAt = performance.now();
      const lastExit = before === null ? await this.#runOnce() : await this.#follow(before);
      before = null;
      this.#update({ pid: null, lastExit });
      if (this.#stopping) return;
      this.#options.log.warn(`${this.#options.name} ended`, { lastExit });
      const delay = this.#delay.next(performance.now() - startedAt);
      if (delay > 0) await this.#stopAsked.wait(delay);
      this.#report = { ...this.#report, restarts: this.#report.restarts + 1 };
    }
  }

  /** Runs the program to its end; answers how it ended, for people. */
  async #runOnce(): Promise<string> {
    const { program, logPath, name } = this.#options;
    try {
      const log = openSync(logPath, 'a', 0o600);
      const sizeBefore = statSync(logPath).size;
      const started = await spawnProgram(program, ['ignore', log, log]).finally(() => closeSync(log));
      if ('startError' in started) return `could not be started: ${started.startError}`;
      this.#update({ pid: started.identity.pid });
      this.#remember(started.identity);
      // A stop that was asked for while it was being started did not know its pid.
      if (this.#stopping) this.#signal('SIGTERM');
      const { exitCode, signal } = await started.ended;
      if (signal !== null) return `was ended by ${signal}`;
      const words = readLastWords(logPath, sizeBefore);
      return `exited with code ${exitCode}${words === null ? '' : `: ${words}`}`;
    } catch (error) {
      this.#options.log.warn(`${name} could not be run`, { error });
      return `could not be run: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** Waits for the end of one that an earlier supervisor has started. */
  async #follow(adopted: ProcessIdentity): Promise<string> {
    this.#update({ pid: adopted.pid });
    while (await isAlive(adopted)) await sleep(ADOPTED_POLL_MS);
    return 'ended; its exit code is not known';
  }

  /** Without a record the next supervisor finds it by its log. */
  #remember(identity: ProcessIdentity): void {
    const { records, name, version, program, log } = this.#options;
    try {
      records.save(name, { ...identity, version, argv: [...program.argv] });
    } catch (error) {
      log.warn(`the pid of ${name} was not written`, { error });
    }
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#report.pid !== null) signalGroup(this.#report.pid, signal);
  }

  #update(change: Partial<ChildReport>): void {
    this.#report = { ...this.#report, ...change };
    this.#options.onChange(this.#report);
  }
}
