import { RigError } from '@rig-ops/contract/errors';
import { LineParser, type PlayedEvent, type RecordingHead } from './parse-lines.ts';
import type { LinesOfBlock } from './read-blocks.ts';

/** A picture is made anew from at most so much of what was printed before it. */
const PICTURE_BYTES = 8 * 1024 * 1024;

/** Where a recording is kept while it is played. */
export interface TimelineStore {
  readonly linesOf: LinesOfBlock;
  /** Keeps a frame, and answers how to get it back. */
  keep(frame: Uint8Array): () => Promise<Uint8Array>;
}

interface StoredBlock {
  readonly frame: () => Promise<Uint8Array>;
  /** Time of the event before its first. */
  readonly before: number;
  /** Time of its last event. */
  readonly until: number;
  readonly textBytes: number;
}

/** A whole recording, kept as it is compressed; events are made of it as they are needed. */
export class Timeline {
  readonly head: RecordingHead;
  readonly duration: number;
  /** Times of the markers, in order. */
  readonly markers: readonly number[];
  readonly #blocks: readonly StoredBlock[];
  readonly #linesOf: LinesOfBlock;

  private constructor(
    head: RecordingHead,
    blocks: readonly StoredBlock[],
    markers: readonly number[],
    linesOf: LinesOfBlock,
  ) {
    this.head = head;
    this.#linesOf = linesOf;
    this.#blocks = blocks;
    this.markers = markers;
    this.duration = blocks.at(-1)?.until ?? 0;
  }

  /** @throws RigError `recording_unreadable` */
  static async load(frames: AsyncIterable<Uint8Array>, store: TimelineStore): Promise<Timeline> {
    const parser = new LineParser();
    const blocks: StoredBlock[] = [];
    const markers: number[] = [];
    let until = 0;
    for await (const frame of frames) {
      const before = until;
      let textBytes = 0;
      for (const line of await store.linesOf(frame)) {
        textBytes += line.length;
        const event = parser.parse(line);
        if (event === undefined) continue;
        until = event.at;
        if (event.type === 'marker') markers.push(event.at);
      }
      blocks.push({ frame: store.keep(frame), before, until, textBytes });
    }
    if (parser.head === undefined) throw new RigError('recording_unreadable', 'The recording is empty.');
    return new Timeline(parser.head, blocks, markers, store.linesOf);
  }

  /** Events from a time on; at the end there are none left. */
  async *from(time: number): AsyncGenerator<PlayedEvent, void> {
    if (time > 0 && time >= this.duration) return;
    const first = this.#blocks.findIndex(({ until }) => until >= time);
    if (first === -1) return;
    for await (const event of this.#events(first)) if (event.at >= time) yield event;
  }

  /**
   * What was printed before a time, as far back as a picture needs it, and the size of the terminal then. The
   * end has everything before it.
   */
  async picture(time: number): Promise<{ text: string; size: { columns: number; rows: number } | null }> {
    let last = this.#blocks.findIndex(({ until }) => until >= time);
    if (last === -1) last = this.#blocks.length - 1;
    let first = last;
    let bytes = 0;
    while (first > 0 && bytes + (this.#blocks[first - 1]?.textBytes ?? 0) <= PICTURE_BYTES) {
      first -= 1;
      bytes += this.#blocks[first]?.textBytes ?? 0;
    }
    const { terminal } = this.head;
    let size = terminal === null ? null : { columns: terminal.columns, rows: terminal.rows };
    const parts: string[] = [];
    for await (const event of this.#events(first)) {
      if (event.at >= time && time < this.duration) break;
      if (event.type === 'bytes' && event.stream !== 'stdin') parts.push(event.text);
      if (event.type === 'resize') size = { columns: event.columns, rows: event.rows };
    }
    return { text: parts.join(''), size };
  }

  async *#events(first: number): AsyncGenerator<PlayedEvent, void> {
    for (const [index, block] of this.#blocks.slice(first).entries()) {
      const parser = LineParser.resume(first + index === 0 ? undefined : this.head, block.before);
      for (const line of await this.#linesOf(await block.frame())) {
        const event = parser.parse(line);
        if (event !== undefined) yield event;
      }
    }
  }
}
