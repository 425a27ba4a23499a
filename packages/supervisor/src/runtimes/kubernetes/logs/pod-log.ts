import { setTimeout as sleep } from 'node:timers/promises';
import { isClusterAway, type LogPiece, type LogRange } from '@rig-ops/kubernetes';
import type { PodOutput, PodOutputOptions } from '../instances/pod-log-source.ts';
import { findRun, type RunLog } from './find-run.ts';
import { type PodLogPosition, ResumedPodLog, sinceOfPodLog } from './pod-log-position.ts';
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
/** The kubelet looks for logs to be rotated once in ten seconds: what follows silence of less is not behind two rotations. */
const ROTATION_MS = 10_000;
const ROTATED = 'the cluster had rotated its log before it was read';

/**
 * Carries what a cluster keeps of the output of one run of a container into a spool file, each byte once: over ends of answers, of connections,
 * of kubelets, of API servers and of this process. Where the cluster has dropped some of it, that is said in its place.
 */
export class PodLog implements PodOutput {
  readonly #options: PodLogOptions;
  readonly #writer: SpoolWriter;
  #finishing = false;
  readonly #stopped = new AbortController();
  readonly #finishAsked = Promise.withResolvers<void>();
  /** Whether what follows the position may be missing the piece at it, and nothing between. */
  #drained = false;
  /** Settles when it has ended; never rejects. */
  readonly done: Promise<void>;

  constructor(options: PodLogOptions) {
    this.#options = options;
    this.#writer = new SpoolWriter(options.path, options.position, options.onPosition);
    this.done = this.#run();
  }

  async finish(): Promise<void> {
    this.#finishing = true;
    this.#finishAsked.resolve();
    await this.done;
  }

  async abandon(): Promise<void> {
    this.#stopped.abort();
    this.#finishAsked.resolve();
    await this.done;
  }

  async #run(): Promise<void> {
    const { log, binding, givesUp } = this.#options;
    let pause = AGAIN_MS.least;
    let troubled = false;
    while (!this.#stopped.signal.aborted) {
      // Asked before: what was told until then is read after it.
      const isLast = this.#finishing;
      try {
        const before = this.#writer.position;
        const run = await this.#find(isLast);
        if (run.type === 'gone') {
          this.#options.onGap(run.why);
          break;
        }
        if (run.type !== 'early') await this.#read(run, isLast);
        troubled = false;
        if (isLast || run.type === 'previous') break;
        if (this.#writer.position !== before) pause = AGAIN_MS.least;
        await this.#wait(pause);
      } catch (error) {
        if (this.#stopped.signal.aborted) break;
        if (this.#finishing && givesUp()) break;
        if (!troubled) log.info('the output of a pod waits', { pod: binding.pod, error });
        troubled = true;
        // What the cluster refuses now, as while a container is made, may be there in a moment.
        await (isClusterAway(error) ? sleep(pause, undefined, { ref: false }) : this.#wait(pause));
      }
      pause = Math.min(AGAIN_MS.most, pause * 2);
    }
    this.#writer.close();
  }

  async #wait(ms: number): Promise<void> {
    // Whoever watches it knows when it has ended.
    await Promise.race([this.#finishAsked.promise, sleep(ms, undefined, { ref: false })]);
  }

  async #find(isLast: boolean): Promise<RunLog> {
    const deadline = performance.now() + (isLast ? EARLY_MS : 0);
    for (;;) {
      const run = await findRun(this.#options.client, this.#options);
      if (run.type !== 'early' || performance.now() > deadline) return run;
      await sleep(AGAIN_MS.least);
    }
  }

  async #read(run: { type: 'current' | 'previous' }, isLast: boolean): Promise<void> {
    const { client, namespace, container, binding } = this.#options;
    const { position } = this.#writer;
    const since = sinceOfPodLog(position);
    const resumed = new ResumedPodLog(position, this.#writer.size);
    const follow = run.type === 'current' && !isLast;
    const late = new AbortController();
    const which = { namespace, name: binding.pod, container };
    const silence = new SilenceWatch({
      // Followers of older kubelets go on with a file that was rotated, and hear nothing any more.
      look: async () => await newestOf(client, which),
      latest: () => this.#writer.position.latest,
      onDeaf: (silentMs) => {
        this.#drained = silentMs < ROTATION_MS;
        late.abort();
      },
    });
    const over = new AbortController();
    if (follow) {
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
      for await (const pieces of client.logs(which, range)) {
        silence.heard();
        for (const piece of pieces) this.#take(piece, resumed);
      }
      this.#writer.flush();
    } catch (error) {
      // What was taken and not written is asked for again.
      if (!late.signal.aborted) throw error;
    } finally {
      this.#writer.drop();
      silence.stop();
      over.abort();
    }
  }

  async #hurry(late: AbortController, over: AbortSignal): Promise<void> {
    await this.#finishAsked.promise;
    await sleep(LAST_WORDS_MS, undefined, { ref: false, signal: over }).catch(() => undefined);
    late.abort();
  }

  #take(piece: LogPiece, resumed: ResumedPodLog): void {
    const isFirst = !resumed.begun;
    const taken = resumed.take(piece);
    if (taken === null) return;
    if (isFirst && !resumed.found && !this.#drained) this.#options.onGap(ROTATED);
    if (isFirst) this.#drained = false;
    const { fresh: bytes, written, count } = taken;
    this.#writer.add({ at: piece.at, begins: piece.begins, bytes, written, count });
  }
}

/** Time of the last line that the cluster has; null for none. */
async function newestOf(
  client: PodLogOptions['client'],
  which: { namespace: string; name: string; container: string },
): Promise<bigint | null> {
  let newest: bigint | null = null;
  const range = { tail: 1, signal: AbortSignal.timeout(LAST_WORDS_MS) };
  for await (const pieces of client.logs(which, range)) newest = pieces.at(-1)?.at ?? newest;
  return newest;
}
