import { setTimeout as sleep } from 'node:timers/promises';
import { isRigError } from '@rig-ops/contract/errors';
import { isClusterAway, isClusterNotFound, logGone, type LogPiece, type LogRange } from '@rig-ops/kubernetes';
import type { PodOutput, PodOutputOptions } from '../instances/pod-log-source.ts';
import { findRun, type RunLog } from './find-run.ts';
import { LogFiles } from './log-files.ts';
import { type PodLogPosition, ResumedPodLog, sinceOfPodLog } from './pod-log-position.ts';
import { RotationWatch } from './rotation-watch.ts';
import { SilenceWatch } from './silence-watch.ts';
import { SpoolWriter } from './spool-writer.ts';

export interface PodLogOptions extends PodOutputOptions {
  /** Where an earlier reader was. */
  position: PodLogPosition;
  /** To be kept; what is written behind it is found by the size of the spool file. */
  onPosition: (position: PodLogPosition) => void;
}

const AGAIN_MS = { least: 250, most: 5_000 };
/** A cluster that does not end the log of a run that has ended is not waited for longer. */
const LAST_WORDS_MS = 5_000;
/** The API server may hear of the end of a run later than whoever has ended it. */
const EARLY_MS = 10_000;
/** Nobody lets logs be rotated that are smaller; ten times as much is what kubelets have by default. */
const LEAST_ROTATED_BYTES = 1024 * 1024;
/** The kubelet looks for logs to be rotated once in ten seconds: what follows silence of less is not behind two rotations. */
const ROTATION_MS = 10_000;
/** By then the API server knows which run of a container it is whose log it gives. */
const SETTLED_MS = 2_000;
const ROTATED = 'the cluster had rotated its log before it was read';
const UNPROVEN = 'the cluster may have rotated its log just before it removed it';
const rotatedAt = (first: bigint): string =>
  `the cluster rotated its log right before ${new Date(Number(first / 1_000_000n)).toISOString()}, and does not tell whether it had read it to its end`;

/** The log that is read is that of another run than was meant. */
class AnotherRun extends Error {}

type Run = Exclude<RunLog, { type: 'gone' | 'early' }>;

/**
 * Carries what a cluster keeps of the output of one run of a container into a spool file, each byte once: over ends of answers, of connections,
 * of kubelets, of API servers and of this process. Where the cluster may have dropped some of it, that is said in its place.
 */
export class PodLog implements PodOutput {
  readonly #options: PodLogOptions;
  readonly #writer: SpoolWriter;
  readonly #files: LogFiles;
  readonly #rotations: RotationWatch;
  #finishing = false;
  readonly #stopped = new AbortController();
  readonly #finishAsked = Promise.withResolvers<void>();
  #attached = Promise.withResolvers<void>();
  #isAttached = false;
  #wake = Promise.withResolvers<void>();
  /** The next reading begins a file of which the one before was read to its end. */
  #drained = false;
  /** The next reading is of all that there is: the clock of the node was set back. */
  #whole = false;
  /** A kubelet has ended the log by itself: it does that at its end, when the container has ended. */
  #ended = false;
  /** The log was read to its end after the run. */
  #proven = false;
  /** Of the file that is read now, at most. */
  #fileBytes: number;
  /** Time of a last line that was asked for once, and that brought nothing. */
  #known: bigint | null = null;
  /** Time of the last line as the run had ended; null where it was gone already. */
  #lastLine: Promise<bigint | null> | null = null;
  /** Settles when it has ended; never rejects. */
  readonly done: Promise<void>;

  constructor(options: PodLogOptions) {
    const { client, path, position, onPosition } = options;
    this.#options = options;
    this.#writer = new SpoolWriter(path, position, onPosition);
    this.#files = new LogFiles(position.file === undefined ? null : BigInt(position.file));
    this.#fileBytes = position.size;
    this.#rotations = new RotationWatch({
      look: async () => await client.logHead(this.#which, AbortSignal.timeout(LAST_WORDS_MS)),
      onSeen: (first) => this.#sawFile(first),
    });
    this.done = this.#run();
  }

  /** Resolves when it reads what is printed just now, or has ended. */
  async attached(): Promise<void> {
    this.#wake.resolve();
    await Promise.race([this.#attached.promise, this.done]);
  }

  get isAttached(): boolean {
    return this.#isAttached;
  }

  async finish(): Promise<void> {
    this.#finishing = true;
    // While it is there: kubelets remove a container of a pod that goes as soon as they know that it has ended.
    this.#lastLine ??= lastOf(this.#options.client, this.#which, false).catch(() => null);
    this.#finishAsked.resolve();
    await this.done;
  }

  async abandon(): Promise<void> {
    this.#stopped.abort();
    this.#finishAsked.resolve();
    this.#wake.resolve();
    await this.done;
  }

  get #which(): { namespace: string; name: string; container: string } {
    const { namespace, container, binding } = this.#options;
    return { namespace, name: binding.pod, container };
  }

  async #run(): Promise<void> {
    const { log, binding, givesUp } = this.#options;
    let pause = AGAIN_MS.least;
    let troubled = false;
    while (!this.#stopped.signal.aborted) {
      // Asked before: what was told until then is read after it.
      const isLast = this.#finishing;
      let run: RunLog = { type: 'early' };
      try {
        const { size, at } = this.#writer.position;
        run = await this.#find(isLast);
        if (run.type === 'gone') {
          await this.#settle(run.why);
          break;
        }
        const found = run.type === 'early' || (await this.#read(run, isLast));
        troubled = false;
        if (run.type !== 'early' && (isLast || run.type === 'previous')) {
          if (await this.#isAll(run, found)) break;
          continue;
        }
        if (this.#writer.position.size !== size || this.#writer.position.at !== at) pause = AGAIN_MS.least;
        if (isLast) break;
        await this.#wait(pause);
      } catch (error) {
        if (this.#stopped.signal.aborted) break;
        if (error instanceof AnotherRun) continue;
        if (isGone(error, run)) {
          await this.#settle('its container was removed before all of it was read');
          break;
        }
        if (this.#finishing && givesUp()) break;
        if (mayBeCut(error)) this.#ended = false;
        if (!troubled) log.info('the output of a pod waits', { pod: binding.pod, error });
        troubled = true;
        // What the cluster refuses now, as while a container is made, may be there in a moment.
        await this.#wait(pause, isClusterAway(error));
      }
      pause = Math.min(AGAIN_MS.most, pause * 2);
    }
    this.#rotations.stop();
    this.#writer.close();
  }

  /** @param whole also where it is to finish */
  async #wait(ms: number, whole = false): Promise<void> {
    this.#wake = Promise.withResolvers();
    const asked = whole ? [] : [this.#finishAsked.promise];
    // Whoever watches it knows when it has ended.
    await Promise.race([this.#wake.promise, ...asked, sleep(ms, undefined, { ref: false })]);
  }

  async #find(isLast: boolean): Promise<RunLog> {
    const deadline = performance.now() + (isLast ? EARLY_MS : 0);
    for (;;) {
      const run = await findRun(this.#options.client, this.#options);
      if (run.type !== 'early' || performance.now() > deadline) return run;
      await sleep(AGAIN_MS.least);
    }
  }

  /** Nothing more can be had. What was read is all that there was where a kubelet itself has come to its end. */
  async #settle(why: string): Promise<void> {
    const { mayBeDeaf, onGap } = this.#options;
    const last = await this.#lastLine;
    if (this.#proven || (last !== null && String(last) === this.#writer.position.at)) return;
    if (!this.#ended) onGap(why);
    else if (mayBeDeaf() && this.#fileBytes >= LEAST_ROTATED_BYTES) onGap(UNPROVEN);
  }

  /**
   * The run is over: whether what was read last is the last that there is. Otherwise all is to be read once more.
   * @param found whether the place was there up to which it had been read before
   */
  async #isAll(run: Run, found: boolean): Promise<boolean> {
    if (!found) {
      await this.#requireStill(run, SETTLED_MS);
      this.#options.onGap(ROTATED);
    }
    this.#proven = run.over;
    await this.#rotations.finish();
    const last = await lastOf(this.#options.client, this.#which, run.type === 'previous');
    if (last === null || this.#isRead(last)) return true;
    this.#known = last;
    this.#whole = true;
    return false;
  }

  /** The API gives the log of whatever run there is, and says later which that is. @throws AnotherRun */
  async #requireStill(run: Run, withinMs: number): Promise<void> {
    for (const deadline = performance.now() + withinMs; ; await sleep(AGAIN_MS.least)) {
      const { type } = await findRun(this.#options.client, this.#options);
      if (type !== run.type) throw new AnotherRun();
      if (performance.now() >= deadline) return;
    }
  }

  readonly #isRead = (last: bigint): boolean =>
    last === this.#known || String(last) === this.#writer.position.at;

  /** @returns whether the place was there up to which it had been read before */
  async #read(run: Run, isLast: boolean): Promise<boolean> {
    const { client, mayBeDeaf } = this.#options;
    const resumed = await this.#resume(run);
    const drained = this.#drained;
    this.#drained = false;
    const since = this.#whole ? undefined : sinceOfPodLog(this.#writer.position);
    this.#whole = false;
    const follow = run.type === 'current' && !isLast;
    const late = new AbortController();
    const silence = new SilenceWatch({
      // Followers of older kubelets go on with a file that was rotated, and hear nothing any more.
      look: async () => await lastOf(client, this.#which, false),
      isRead: this.#isRead,
      onDeaf: (silentMs, last) => {
        const { at, latest } = this.#writer.position;
        this.#known = last;
        this.#whole = at !== null && last < BigInt(at);
        this.#drained = mayBeDeaf() && silentMs < ROTATION_MS && latest !== null && last > BigInt(latest);
        late.abort();
      },
    });
    const over = new AbortController();
    if (follow) {
      // What has printed nothing so far is answered with the first that it prints.
      if (this.#writer.position.at === null) this.#attach();
      silence.start();
      void this.#hurry(late, over.signal);
    }
    const range: LogRange = {
      follow,
      previous: run.type === 'previous',
      ...(since === undefined ? {} : { since }),
      signal: AbortSignal.any([this.#stopped.signal, late.signal]),
    };
    try {
      for await (const pieces of client.logs(this.#which, range)) {
        if (follow) this.#attach();
        this.#ended = false;
        silence.heard();
        for (const piece of pieces) {
          const isFirst = !resumed.begun;
          const taken = resumed.take(piece);
          if (taken === null) continue;
          if (isFirst) await this.#begin(piece, { run, found: resumed.found, drained });
          this.#add(piece, taken);
        }
      }
      this.#writer.flush();
      this.#ended = true;
    } catch (error) {
      if (logGone(error) === 'read') {
        this.#writer.flush();
        this.#ended = true;
      }
      // What was taken and not written is asked for again.
      if (!late.signal.aborted) throw error;
    } finally {
      this.#writer.drop();
      silence.stop();
      over.abort();
      this.#detach();
    }
    return resumed.found;
  }

  /** Where to go on. A log of which the clock was set back is searched first for where it was left. */
  async #resume(run: Run): Promise<ResumedPodLog> {
    const { position, size } = this.#writer;
    if (!this.#whole || position.at === null) return new ResumedPodLog(position, size);
    if (await this.#isThere(run, new ResumedPodLog(position, size))) return new ResumedPodLog(position, size);
    await this.#requireStill(run, SETTLED_MS);
    this.#options.onGap(ROTATED);
    this.#files.forget();
    return new ResumedPodLog({ ...position, at: null, size }, size);
  }

  async #isThere(run: Run, search: ResumedPodLog): Promise<boolean> {
    const range = { previous: run.type === 'previous', signal: this.#stopped.signal };
    for await (const pieces of this.#options.client.logs(this.#which, range))
      for (const piece of pieces) {
        search.take(piece);
        if (search.found) return true;
      }
    return false;
  }

  async #hurry(late: AbortController, over: AbortSignal): Promise<void> {
    await this.#finishAsked.promise;
    await sleep(LAST_WORDS_MS, undefined, { ref: false, signal: over }).catch(() => undefined);
    late.abort();
  }

  #attach(): void {
    this.#isAttached = true;
    this.#attached.resolve();
  }

  #detach(): void {
    if (!this.#isAttached) return;
    this.#isAttached = false;
    this.#attached = Promise.withResolvers();
  }

  /** The first that is new of a reading. @throws AnotherRun */
  async #begin(
    { at }: LogPiece,
    { run, found, drained }: { run: Run; found: boolean; drained: boolean },
  ): Promise<void> {
    const isFirst = this.#writer.position.at === null;
    if (found && !isFirst) return;
    await this.#requireStill(run, isFirst ? 0 : SETTLED_MS);
    if (!found && !drained) this.#options.onGap(ROTATED);
    this.#beginFile(at);
  }

  #add({ at, begins }: LogPiece, taken: { fresh: Buffer; written: number; count: number }): void {
    const { fresh: bytes, written, count } = taken;
    this.#known = null;
    this.#fileBytes += bytes.length;
    this.#writer.add({ at, begins, bytes, written, count });
    this.#rotations.heard(bytes.length);
  }

  #beginFile(first: bigint): void {
    this.#files.began(first);
    this.#writer.file = first;
    this.#fileBytes = 0;
  }

  #sawFile(first: bigint | null): void {
    const { latest } = this.#writer.position;
    const isNext = this.#files.saw(first, latest === null ? null : BigInt(latest));
    const { current } = this.#files;
    if (current !== null) this.#writer.file = current;
    if (!isNext || first === null) return;
    this.#fileBytes = LEAST_ROTATED_BYTES;
    this.#options.onGap(rotatedAt(first));
  }
}

/** Whether a log will not be there any more, whoever asks. */
function isGone(error: unknown, run: RunLog): boolean {
  if (run.type === 'early' || run.type === 'gone' || !run.over) return false;
  return logGone(error) !== null || (run.type === 'previous' && statusOf(error) === BAD_REQUEST);
}

/** Whether an end before may have been that of a connection: nobody can be asked. Of a container that was removed some say that it is being made. */
const mayBeCut = (error: unknown): boolean =>
  logGone(error) === null && !isClusterNotFound(error) && statusOf(error) !== BAD_REQUEST;

const BAD_REQUEST = 400;
const statusOf = (error: unknown): number | undefined =>
  isRigError(error) ? (error.details as { status?: number } | undefined)?.status : undefined;

/** Time of the last line that the cluster has; null for none. */
async function lastOf(
  client: PodLogOptions['client'],
  which: { namespace: string; name: string; container: string },
  previous: boolean,
): Promise<bigint | null> {
  let last: bigint | null = null;
  const range = { tail: 1, previous, signal: AbortSignal.timeout(LAST_WORDS_MS) };
  for await (const pieces of client.logs(which, range)) last = pieces.at(-1)?.at ?? last;
  return last;
}
