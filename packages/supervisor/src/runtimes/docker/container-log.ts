import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DockerClient, type DockerLogPiece, isDockerNotFound } from '@rig-ops/docker';
import type { Log } from '../../log.ts';
import { type LogPosition, Resumed, sinceOf, type StreamPosition } from './log-position.ts';

export interface ContainerLogOptions {
  docker: DockerClient;
  /** Id of the container. */
  container: string;
  /** Spool files, appended to. */
  paths: Record<'stdout' | 'stderr', string>;
  /** Where an earlier reader was. */
  position: LogPosition;
  /** To be kept; what is written behind it is found by the size of the spool files. */
  onPosition: (position: LogPosition) => void;
  /** Whether a daemon that is away is not to be waited for. */
  givesUp: () => boolean;
  /** Output was gone before it could be read. */
  onGap: () => void;
  log: Log;
}

const AGAIN_MS = 500;
const KEEP_MS = 1_000;
/** A daemon that does not end the log of a container that has ended is not waited for longer. */
const LAST_WORDS_MS = 5_000;
const FLUSH_BYTES = 256 * 1024;

interface Pending {
  pieces: Buffer[];
  bytes: number;
  /** How much of the log they stand for: those as well that the spool file has already. */
  advance: number;
  at: bigint | null;
  count: number;
}

/**
 * Carries what the daemon keeps of a container's output into spool files, each piece exactly once: over ends of the
 * daemon's answers, of the daemon and of this process. Memory: what comes in one turn of the event loop.
 */
export class ContainerLog {
  readonly #options: ContainerLogOptions;
  readonly #fds: Record<'stdout' | 'stderr', number>;
  readonly #position: LogPosition;
  #resumed: Record<'stdout' | 'stderr', Resumed>;
  readonly #pending = { stdout: nothing(), stderr: nothing() };
  #keptAt = 0;
  #scheduled = false;
  #finishing = false;
  readonly #stopped = new AbortController();
  readonly #finishAsked = Promise.withResolvers<void>();
  /** Settles when it has ended; never rejects. */
  readonly done: Promise<void>;

  constructor(options: ContainerLogOptions) {
    this.#options = options;
    this.#position = structuredClone(options.position);
    this.#fds = {
      stdout: openSync(options.paths.stdout, 'a', 0o600),
      stderr: openSync(options.paths.stderr, 'a', 0o600),
    };
    this.#resumed = this.#resume();
    this.done = this.#run();
  }

  /** The container has ended: resolves when all of its output was written. */
  async finish(): Promise<void> {
    this.#finishing = true;
    this.#finishAsked.resolve();
    await this.done;
  }

  /** Ends it where it is; another one may go on from there. */
  async abandon(): Promise<void> {
    this.#stopped.abort();
    this.#finishAsked.resolve();
    await this.done;
  }

  async #run(): Promise<void> {
    const { log, container } = this.#options;
    let troubled = false;
    while (!this.#stopped.signal.aborted) {
      const isLast = this.#finishing;
      try {
        await this.#read(!isLast);
        troubled = false;
        if (isLast) break;
        // It has ended, or the daemon is about to; whoever watches it knows.
        await Promise.race([this.#finishAsked.promise, sleep(AGAIN_MS, undefined, { ref: false })]);
      } catch (error) {
        if (this.#stopped.signal.aborted) break;
        if (isDockerNotFound(error) || (this.#finishing && this.#options.givesUp())) break;
        if (!troubled && !this.#finishing) log.info('the output of a container waits', { container, error });
        troubled = true;
        await sleep(AGAIN_MS);
      }
      this.#resumed = this.#resume();
    }
    this.#keep();
    for (const fd of Object.values(this.#fds)) closeSync(fd);
  }

  async #read(follow: boolean): Promise<void> {
    const { docker, container } = this.#options;
    const since = sinceOf(this.#position);
    const late = new AbortController();
    const signal = AbortSignal.any([this.#stopped.signal, late.signal]);
    const hurry = async () => {
      await this.#finishAsked.promise;
      await sleep(LAST_WORDS_MS, undefined, { ref: false });
      late.abort();
    };
    if (follow) void hurry();
    try {
      const range = { follow, signal, ...(since === undefined ? {} : { since }) };
      for await (const piece of docker.containers.logs(container, range)) this.#take(piece);
      this.#flush();
    } catch (error) {
      // What was taken and not written is asked for again.
      for (const stream of ['stdout', 'stderr'] as const) this.#pending[stream] = nothing();
      if (!late.signal.aborted) throw error;
    }
  }

  #take({ stream, at, bytes }: DockerLogPiece): void {
    const resumed = this.#resumed[stream];
    const isFirst = !resumed.begun;
    const fresh = resumed.take(at, bytes);
    if (fresh === null) return;
    if (isFirst && !resumed.found && this.#isCovered(this.#position[stream])) this.#options.onGap();
    const pending = this.#pending[stream];
    const before = pending.at ?? toTime(this.#position[stream].at);
    pending.count =
      at === before ? (pending.at === null ? this.#position[stream].count : pending.count) + 1 : 1;
    pending.at = at;
    pending.pieces.push(fresh);
    pending.bytes += fresh.length;
    pending.advance += bytes.length;
    const total = this.#pending.stdout.bytes + this.#pending.stderr.bytes;
    if (total >= FLUSH_BYTES) this.#flush();
    else this.#schedule();
  }

  /** Behind what has come at once. A failure is found again by the next piece, or at the end. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      try {
        this.#flush();
      } catch {
        // A full disk: the pieces wait here, and are tried again with the next one.
      }
    });
  }

  /** @throws when they could not be written; they are pending still, but for what was */
  #flush(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const pending = this.#pending[stream];
      if (pending.at === null) continue;
      const bytes = Buffer.concat(pending.pieces);
      let written = 0;
      try {
        while (written < bytes.length) written += writeSync(this.#fds[stream], bytes, written);
      } finally {
        if (written < bytes.length) Object.assign(pending, { pieces: [bytes.subarray(written)] });
      }
      const size = this.#position[stream].size + pending.advance;
      this.#position[stream] = { at: String(pending.at), count: pending.count, size };
      this.#pending[stream] = nothing();
    }
    if (performance.now() - this.#keptAt > KEEP_MS) this.#keep();
  }

  #keep(): void {
    this.#keptAt = performance.now();
    this.#options.onPosition(structuredClone(this.#position));
  }

  #resume(): Record<'stdout' | 'stderr', Resumed> {
    return {
      stdout: new Resumed(this.#position.stdout, fstatSync(this.#fds.stdout).size),
      stderr: new Resumed(this.#position.stderr, fstatSync(this.#fds.stderr).size),
    };
  }

  /** Whether the piece of a position is asked for again. */
  #isCovered({ at }: StreamPosition): boolean {
    const since = sinceOf(this.#position);
    return at !== null && since !== undefined && BigInt(at) >= since;
  }
}

const nothing = (): Pending => ({ pieces: [], bytes: 0, advance: 0, at: null, count: 0 });
const toTime = (text: string | null): bigint | null => (text === null ? null : BigInt(text));
