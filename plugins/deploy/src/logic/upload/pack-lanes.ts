import {
  giveBack,
  type HeldChunk,
  type Pack,
  Packer,
  packHeld,
  type PackPlan,
  type Scan,
} from '@rig-ops/bundle';
import type { UploadProgress } from '../upload-bundle.ts';

/** Packs under way at once: enough to fill a connection, few enough to bound memory at three packs. */
const LANES = 3;

export interface PackLanesOptions {
  scan: Scan;
  signal: AbortSignal;
  /** Answers once the platform has acknowledged it. */
  send: (pack: Pack, signal: AbortSignal) => Promise<void>;
  onProgress: (progress: UploadProgress) => void;
}

/** Makes packs and sends them, a few at a time. One failure stops the others: none of them would be committed. */
export class PackLanes {
  readonly #options: PackLanesOptions;
  readonly #packer: Packer;
  readonly #failed = new AbortController();
  readonly #running = new Set<Promise<void>>();
  /** Aborted when the upload is, or when something of it has failed. */
  readonly signal: AbortSignal;
  /** Of all content that was sent or is on its way. */
  readonly digests = new Set<string>();
  /** Content that was acknowledged, in bytes. */
  uploadedBytes = 0;
  /** Content that was sent or is on its way, in bytes. */
  sentBytes = 0;
  #totalBytes = 0;
  #woken = Promise.withResolvers<void>();

  constructor(options: PackLanesOptions) {
    this.#options = options;
    this.#packer = new Packer(options.scan);
    this.signal = AbortSignal.any([options.signal, this.#failed.signal]);
  }

  /** Tells how much content has to go up, as far as is known. */
  expect(totalBytes: number): void {
    this.#totalBytes = totalBytes;
    this.#report();
  }

  /** Starts work that may send packs once a lane is free. */
  async start(work: () => Promise<void>): Promise<void> {
    await this.until(() => this.#running.size < LANES);
    const running = work()
      .catch((error: unknown) => this.#failed.abort(error))
      .finally(() => {
        this.#running.delete(running);
        this.#wake();
      });
    this.#running.add(running);
  }

  /** Waits until something that work brings about is so; throws what has failed. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo() && this.#running.size > 0) await this.#woken.promise;
    this.signal.throwIfAborted();
  }

  /** Reads what a plan says, packs and sends it; see {@link Packer.pack} about `verify`. */
  async sendPlan(plan: PackPlan, verify: boolean): Promise<void> {
    await this.#send(await this.#packer.pack(plan, { signal: this.signal, verify }));
  }

  /** Packs and sends content that lies in a buffer, which is free as soon as it is packed. */
  async sendHeld(buffer: Buffer, chunks: readonly HeldChunk[], onPacked: () => void): Promise<void> {
    const pack = packHeld(buffer, chunks);
    for (const { digest } of chunks) this.digests.add(digest);
    onPacked();
    this.#wake();
    await this.#send(pack);
  }

  /** Waits until all that was started has ended; throws what has failed. */
  async idle(): Promise<void> {
    await this.until(() => false);
  }

  /** Stops what is under way, and gives memory back. */
  async close(): Promise<void> {
    this.#failed.abort(new Error('The upload has ended'));
    await Promise.all(this.#running);
    this.#packer.close();
  }

  async #send(pack: Pack): Promise<void> {
    this.sentBytes += pack.contentBytes;
    this.signal.throwIfAborted();
    await this.#options.send(pack, this.signal);
    giveBack(pack.bytes);
    this.uploadedBytes += pack.contentBytes;
    this.#report();
  }

  /** Those who wait look again. */
  #wake(): void {
    this.#woken.resolve();
    this.#woken = Promise.withResolvers();
  }

  #report(): void {
    this.#options.onProgress({ totalBytes: this.#totalBytes, doneBytes: this.uploadedBytes });
  }
}
