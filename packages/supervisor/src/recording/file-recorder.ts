import { createHash, type Hash } from 'node:crypto';
import type { TerminalSize } from '@rig-ops/contract/channels';
import type { RecordedStream } from '@rig-ops/contract/recording';
import type { RecordingReport, RecordingSpec } from '@rig-ops/contract/supervisor-sessions';
import { type BlockFile, toBlock } from './block-file.ts';
import type { RecordedEvent, RecordingEncoder, Totals } from './recorded-event.ts';
import type { RecordedEnd, SessionRecorder } from './session-recorder.ts';

/** So much of the program's bytes makes a block, or so long after the first of them. */
const BLOCK_BYTES = 256 * 1024;
const BLOCK_MS = 1_000;
/** Beyond this the program is held back until half of it is written. */
const BACKLOG_BYTES = 2 * 1024 * 1024;
/** What comes within so short a time is one event: nobody sees the difference, and a flood has few. */
const EVENT_MICROSECONDS = 5_000;
const EVENT_BYTES = 64 * 1024;

export interface FileRecorderOptions<State> {
  readonly file: BlockFile;
  readonly spec: RecordingSpec;
  readonly encoder: RecordingEncoder<State>;
  /** Microseconds since the session began. */
  readonly now: () => number;
  /** Called once, when a session that must be recorded cannot be any more. */
  readonly onBroken: (reason: string) => void;
}

/** Records into a file whose head is written. */
export class FileRecorder<State> implements SessionRecorder {
  readonly #options: FileRecorderOptions<State>;
  readonly #hashes: Partial<Record<RecordedStream, Hash>>;
  readonly #bytes = { stdin: 0, stdout: 0, stderr: 0 };
  readonly #recorded = { stdin: 0, stdout: 0, stderr: 0 };
  #state: State;
  #events: RecordedEvent[] = [];
  #eventBytes = 0;
  /** Sealed blocks, the first of which is being written. */
  #blocks: { events: RecordedEvent[]; bytes: number }[] = [];
  #backlog = 0;
  #room: PromiseWithResolvers<void> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #truncated = false;
  #broken = false;
  #failure: string | null = null;
  #sha256: string | null = null;
  #ended: Promise<RecordingReport> | undefined;

  constructor(options: FileRecorderOptions<State>) {
    this.#options = options;
    this.#state = options.encoder.begin;
    // Not of what is typed: that of a short secret would give it away.
    const hashed = options.spec.input
      ? (['stdin', 'stdout', 'stderr'] as const)
      : (['stdout', 'stderr'] as const);
    this.#hashes = options.encoder.hashes
      ? Object.fromEntries(hashed.map((stream) => [stream, createHash('sha256')]))
      : {};
  }

  get report(): RecordingReport {
    return {
      path: this.#options.spec.path,
      bytes: this.#options.file.bytes,
      sha256: this.#sha256,
      truncated: this.#truncated,
      failure: this.#failure,
    };
  }

  output(stream: 'stdout' | 'stderr', bytes: Uint8Array): Promise<void> | undefined {
    this.#bytes[stream] += bytes.length;
    this.#take(stream, bytes);
    if (this.#backlog <= BACKLOG_BYTES || this.#stopped) return undefined;
    this.#room ??= Promise.withResolvers<void>();
    return this.#room.promise;
  }

  input(bytes: Uint8Array): void {
    this.#bytes.stdin += bytes.length;
    if (this.#options.spec.input) this.#take('stdin', bytes);
  }

  resize(size: TerminalSize): void {
    this.#add({ at: this.#options.now(), kind: 'resize', size });
  }

  marker(text: string): void {
    this.#add({ at: this.#options.now(), kind: 'marker', text });
  }

  async end(end: RecordedEnd): Promise<RecordingReport> {
    this.#ended ??= this.#close(end);
    return await this.#ended;
  }

  async discard(): Promise<void> {
    this.#failure ??= 'discarded';
    clearTimeout(this.#timer);
    await this.#writing;
    await this.#options.file.remove(this.#options.spec.path);
  }

  get #stopped(): boolean {
    return this.#truncated || this.#failure !== null || this.#ended !== undefined;
  }

  #take(stream: RecordedStream, bytes: Uint8Array): void {
    if (this.#stopped || bytes.length === 0) return;
    const at = this.#options.now();
    for (let from = 0; from < bytes.length; from += EVENT_BYTES) {
      const part = Buffer.from(bytes.subarray(from, from + EVENT_BYTES));
      const last = this.#events.at(-1);
      if (
        last?.kind === 'bytes' &&
        last.stream === stream &&
        last.length + part.length <= EVENT_BYTES &&
        at - last.at < EVENT_MICROSECONDS
      ) {
        last.parts.push(part);
        last.length += part.length;
        this.#count(part.length);
      } else {
        this.#add({ at, kind: 'bytes', stream, parts: [part], length: part.length });
      }
    }
  }

  #add(event: RecordedEvent): void {
    if (this.#stopped) return;
    this.#events.push(event);
    // An event takes room even where it has few bytes.
    this.#count(event.kind === 'bytes' ? event.length + 64 : 256);
  }

  #count(bytes: number): void {
    this.#eventBytes += bytes;
    this.#backlog += bytes;
    if (this.#eventBytes >= BLOCK_BYTES) this.#seal();
    else this.#timer ??= setTimeout(() => this.#seal(), BLOCK_MS).unref();
  }

  #seal(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#events.length === 0) return;
    this.#blocks.push({ events: this.#events, bytes: this.#eventBytes });
    this.#events = [];
    this.#eventBytes = 0;
    if (this.#blocks.length === 1) this.#writing = this.#write();
  }

  async #write(): Promise<void> {
    for (let block = this.#blocks[0]; block !== undefined; block = this.#blocks[0]) {
      if (!this.#truncated && this.#failure === null) await this.#writeBlock(block.events);
      this.#blocks.shift();
      this.#backlog -= block.bytes;
      if (this.#backlog <= BACKLOG_BYTES / 2 || this.#stopped) this.#makeRoom();
    }
  }

  async #writeBlock(events: RecordedEvent[]): Promise<void> {
    const { file, spec, encoder } = this.#options;
    try {
      const { text, state } = encoder.encode(events, this.#state, () => this.#totals());
      if (text.length > 0) {
        const block = await toBlock(text);
        if (file.bytes + block.length > spec.maxBytes) {
          await this.#truncate();
          return;
        }
        await file.append(block);
      }
      this.#state = state;
      this.#hash(events);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** What is not written is not in the hashes either. */
  #hash(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      if (event.kind !== 'bytes') continue;
      this.#recorded[event.stream] += event.length;
      for (const part of event.parts) this.#hashes[event.stream]?.update(part);
    }
  }

  async #truncate(): Promise<void> {
    this.#truncated = true;
    const text = 'the recording has reached its size limit; nothing after this is recorded';
    await this.#append([{ at: this.#options.now(), kind: 'marker', text }]);
    this.#break('The recording has reached its size limit.');
  }

  #break(reason: string): void {
    if (this.#broken || !this.#options.spec.required || this.#ended !== undefined) return;
    this.#broken = true;
    this.#options.onBroken(reason);
  }

  async #append(events: readonly RecordedEvent[]): Promise<void> {
    const { text, state } = this.#options.encoder.encode(events, this.#state, () => this.#totals());
    if (text.length > 0) await this.#options.file.append(await toBlock(text));
    this.#state = state;
  }

  async #close(end: RecordedEnd): Promise<RecordingReport> {
    // Begins within the call: what comes behind the end is not taken.
    this.#seal();
    await this.#writing;
    const { file, now } = this.#options;
    try {
      if (this.#failure === null) await this.#append([{ at: now(), kind: 'end', end }]);
    } catch (error) {
      this.#fail(error);
    }
    try {
      this.#sha256 = await file.close();
    } catch (error) {
      this.#fail(error);
    }
    return this.report;
  }

  #fail(error: unknown): void {
    if (this.#failure !== null) return;
    const { code, message } = error as NodeJS.ErrnoException;
    this.#failure = code === 'ENOSPC' || code === 'EDQUOT' ? 'The disk is full.' : message;
    this.#makeRoom();
    this.#break(this.#failure);
  }

  #makeRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }

  #totals(): Totals {
    const of = (stream: RecordedStream) => ({
      bytes: this.#bytes[stream],
      recordedBytes: this.#recorded[stream],
      sha256: this.#hashes[stream]?.copy().digest('hex') ?? null,
    });
    return { stdin: of('stdin'), stdout: of('stdout'), stderr: of('stderr'), truncated: this.#truncated };
  }
}
