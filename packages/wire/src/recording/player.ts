import type { PlayedEvent } from './parse-lines.ts';
import type { PlayerCommand } from './player-command.ts';
import { safeOutput } from './safe-output.ts';
import type { Timeline } from './timeline.ts';

/** The terminal a recording is played in. */
export interface PlayerScreen {
  /** Resolves when more can be taken. */
  write(text: string): Promise<void>;
  /** Shows where it is; called when it was paused, and while it is paused when something has changed. */
  showStatus(status: PlayerStatus): Promise<void>;
  /** The terminal has this size from here on. */
  resize?(size: PlayedSize): void;
}

interface PlayedSize {
  readonly columns: number;
  readonly rows: number;
}

export interface PlayerStatus {
  readonly position: number;
  readonly duration: number;
  readonly speed: number;
  /** Of the terminal that was recorded; null for a session without one. */
  readonly size: PlayedSize | null;
}

export interface PlayerOptions {
  readonly speed: number;
  /** Seconds a pause of the recording lasts at most; undefined for as long as it did. */
  readonly idleLimit: number | undefined;
  readonly paused: boolean;
  /** Pauses at the end instead of settling. */
  readonly staysAtEnd?: boolean;
  readonly signal: AbortSignal;
}

/** Behind its time by so much it does not hurry any more: the machine slept, or the terminal is slow. */
const MAX_LAG_MS = 1_000;
const SPEEDS = { least: 1 / 16, most: 64 };

/** Leaves full-screen modes, margins, character sets and styles of what was played, and clears the screen. */
const CLEAN = '\u001B[?1049l\u001B[?6l\u001B[?7h\u001B[?25h\u001B[r\u001B(B\u000F\u001B[0m\u001B[H\u001B[2J';

/** Plays a recording, and does what is asked for meanwhile. */
export class Player {
  readonly #timeline: Timeline;
  readonly #screen: PlayerScreen;
  readonly #options: PlayerOptions;
  #commands: PlayerCommand[] = [];
  #wake: (() => void) | undefined;
  #speed: number;
  #paused: boolean;
  #idleLimit: number | undefined;
  #position = 0;
  #size: PlayedSize | null;
  #events: AsyncGenerator<PlayedEvent, void>;
  #next: PlayedEvent | undefined;
  /** When, by the monotonic clock, `#position` was reached. */
  #reachedAt = performance.now();
  #quit = false;

  constructor(timeline: Timeline, screen: PlayerScreen, options: PlayerOptions) {
    this.#timeline = timeline;
    this.#screen = screen;
    this.#options = options;
    this.#speed = options.speed;
    this.#paused = options.paused;
    this.#idleLimit = options.idleLimit;
    const { terminal } = timeline.head;
    this.#size = terminal && { columns: terminal.columns, rows: terminal.rows };
    this.#events = timeline.from(0);
  }

  /** Takes effect at once, also in the middle of a pause. */
  command(command: PlayerCommand): void {
    this.#commands.push(command);
    this.#wake?.();
  }

  /** The window has another size: what stands in it is drawn again while it is paused. */
  resized(): void {
    if (this.#paused) this.command({ type: 'seek', seconds: 0 });
  }

  get paused(): boolean {
    return this.#paused;
  }

  get speed(): number {
    return this.#speed;
  }

  /** Where it is now, in seconds; goes on between two events. */
  get position(): number {
    if (this.#paused) return this.#position;
    const passed = ((performance.now() - this.#reachedAt) / 1000) * this.#speed;
    return Math.min(this.#next?.at ?? this.#position, this.#position + Math.max(0, passed));
  }

  /** Pauses longer than this are shortened from here on; undefined for none. */
  limitIdle(seconds: number | undefined): void {
    this.#idleLimit = seconds;
    this.#wake?.();
  }

  /** Settles at the end of the recording, or when it is left. */
  async play(): Promise<void> {
    const wake = () => this.#wake?.();
    this.#options.signal.addEventListener('abort', wake, { once: true });
    try {
      await this.#screen.write(CLEAN);
      if (this.#size !== null) this.#screen.resize?.(this.#size);
      await this.#advance();
      if (this.#paused) await this.#showStatus();
      while (!this.#over) await this.#turn();
    } finally {
      this.#options.signal.removeEventListener('abort', wake);
    }
  }

  get #over(): boolean {
    return (
      this.#quit ||
      this.#options.signal.aborted ||
      (this.#next === undefined && !this.#paused && this.#idle && this.#options.staysAtEnd !== true)
    );
  }

  get #idle(): boolean {
    return this.#commands.length === 0;
  }

  async #turn(): Promise<void> {
    const command = this.#commands.shift();
    if (command !== undefined) {
      await this.#obey(command);
      return;
    }
    if (this.#paused) {
      await this.#wait(undefined);
      return;
    }
    const event = this.#next;
    if (event === undefined) {
      await this.#rest();
      return;
    }
    const pause = Math.min(event.at - this.#position, this.#idleLimit ?? Number.POSITIVE_INFINITY);
    const dueAt = this.#reachedAt + (pause / this.#speed) * 1000;
    const milliseconds = dueAt - performance.now();
    if (milliseconds > 0 && !(await this.#wait(milliseconds))) {
      const shown = Math.max(0, ((performance.now() - this.#reachedAt) / 1000) * this.#speed);
      this.#moveTo(Math.min(event.at, this.#position + shown), performance.now());
      return;
    }
    this.#moveTo(event.at, Math.max(dueAt, performance.now() - MAX_LAG_MS));
    await this.#show(event);
    await this.#advance();
  }

  /** At the end, where it stays. */
  async #rest(): Promise<void> {
    this.#paused = true;
    await this.#showStatus();
  }

  async #show(event: PlayedEvent): Promise<void> {
    if (event.type === 'bytes' && event.stream !== 'stdin') await this.#screen.write(this.#drawn(event.text));
    if (event.type === 'resize') this.#sizeTo({ columns: event.columns, rows: event.rows });
  }

  #sizeTo(size: PlayedSize | null): void {
    this.#size = size;
    if (size !== null) this.#screen.resize?.(size);
  }

  #drawn(text: string): string {
    const safe = safeOutput(text);
    return this.#size === null ? safe.replaceAll(/\r?\n/g, '\r\n') : safe;
  }

  #moveTo(position: number, reachedAt: number): void {
    this.#position = position;
    this.#reachedAt = reachedAt;
  }

  async #advance(): Promise<void> {
    const { value, done } = await this.#events.next();
    this.#next = done === true ? undefined : value;
  }

  /** Answers whether the time has passed without anything being asked for. */
  async #wait(milliseconds: number | undefined): Promise<boolean> {
    if (this.#commands.length > 0 || this.#options.signal.aborted) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = milliseconds === undefined ? undefined : setTimeout(() => resolve(true), milliseconds);
    // A process with nothing but a promise to wait for would end.
    const alive = timer === undefined ? setInterval(() => undefined, 60_000) : undefined;
    this.#wake = () => resolve(false);
    try {
      return await promise;
    } finally {
      this.#wake = undefined;
      clearTimeout(timer);
      clearInterval(alive);
    }
  }

  async #obey(command: PlayerCommand): Promise<void> {
    const { duration, markers } = this.#timeline;
    switch (command.type) {
      case 'quit':
        this.#quit = true;
        return;
      case 'pause':
        this.#paused = !this.#paused;
        // What the status line stood upon is drawn again.
        await (this.#paused ? this.#showStatus() : this.#seek(this.#position));
        return;
      case 'step':
        await this.#step();
        return;
      case 'speed':
        this.#speed = Math.min(SPEEDS.most, Math.max(SPEEDS.least, this.#speed * command.factor));
        if (this.#paused) await this.#showStatus();
        return;
      case 'seek':
        await this.#seek(this.#position + command.seconds);
        return;
      case 'jump':
        await this.#seek(duration * command.fraction);
        return;
      case 'marker': {
        const times = command.direction === 1 ? markers : markers.toReversed();
        const slack = command.direction === 1 ? 0.001 : -1;
        const found = times.find((at) => (at - this.#position - slack) * command.direction > 0);
        if (found !== undefined) await this.#seek(found);
      }
    }
  }

  /** On to the next thing that was printed. */
  async #step(): Promise<void> {
    this.#paused = true;
    let event = this.#next;
    while (event !== undefined && (event.type !== 'bytes' || event.stream === 'stdin')) {
      await this.#show(event);
      await this.#advance();
      event = this.#next;
    }
    // Behind it: a time has the events before it.
    await this.#seek(event === undefined ? this.#timeline.duration : event.at + 0.000_001);
  }

  async #seek(wanted: number): Promise<void> {
    const position = Math.min(this.#timeline.duration, Math.max(0, wanted));
    const { text, size } = await this.#timeline.picture(position);
    this.#sizeTo(size);
    await this.#events.return();
    this.#events = this.#timeline.from(position);
    await this.#advance();
    // Terminals that know synchronized output show only the last picture.
    await this.#screen.write(`\u001B[?2026h${CLEAN}`);
    await this.#screen.write(this.#drawn(text));
    await this.#screen.write('\u001B[?2026l');
    this.#moveTo(position, performance.now());
    if (this.#paused) await this.#showStatus();
  }

  async #showStatus(): Promise<void> {
    await this.#screen.showStatus({
      position: this.#position,
      duration: this.#timeline.duration,
      speed: this.#speed,
      size: this.#size,
    });
  }
}
