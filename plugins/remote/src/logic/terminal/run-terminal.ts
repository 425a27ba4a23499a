import type { SessionAccepted, SessionNotice } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import type { SignalSource } from '../forward-signals.ts';
import { type LinkOutcome, SessionLink, type SessionLinkOptions } from '@rig-ops/wire/session-link';
import { ClosingSignals } from './closing-signals.ts';
import { EscapeKeys } from './escape-keys.ts';
import { Keyboard } from './keyboard.ts';
import { LocalTerminal, type TerminalStreams } from './local-terminal.ts';
import { describeNotice, helpLines, lostLine, WATCHING } from './messages.ts';
import { suspend } from './suspend.ts';

/** A loss that is over sooner is not worth a word. */
const SHOW_LOSS_AFTER_MS = 300;
/** How long a message stands on the screen of a program. */
const SHOW_NOTICE_MS = 8000;
/** For a screen to be drawn first. */
const DRAWN_WITHIN_MS = 500;
/** Between two sizes, so that a program sees both. */
const BETWEEN_SIZES_MS = 100;

export interface TerminalRun {
  connect: SessionLinkOptions['connect'];
  /** What is opened from a terminal like this one. */
  opening: (terminal: LocalTerminal['description']) => SessionLinkOptions['opening'];
  streams: TerminalStreams;
  env: Readonly<Record<string, string | undefined>>;
  /** Byte of the escape character; null for none. */
  escape: number | null;
  signals: SignalSource;
  signal: AbortSignal;
  onRefused?: SessionLinkOptions['onRefused'];
  /** It is there now, and the terminal still as it was: for what is to be said beforehand. */
  onAccepted?: (accepted: SessionAccepted) => void;
}

/** `ended`: its user has ended it with an escape, or has stopped watching. */
export type TerminalOutcome = { accepted: SessionAccepted; outcome: LinkOutcome | { left: 'ended' } };

/**
 * Joins the terminal of this process to a session until either ends, and gives it back as it was.
 * @throws RigError what refused the session, or why its end is not known; `interrupted` behind a signal
 */
export async function runTerminal(run: TerminalRun): Promise<TerminalOutcome> {
  const terminal = new LocalTerminal(run.streams, run.env);
  const joined = new JoinedTerminal(run, terminal);
  let byItself = false;
  try {
    const ended = await joined.run();
    byItself = 'exitCode' in ended.outcome && ended.outcome.end === 'exited';
    return ended;
  } finally {
    joined.stop();
    terminal.close({ freshLine: !byItself });
  }
}

class JoinedTerminal {
  readonly #run: TerminalRun;
  readonly #terminal: LocalTerminal;
  readonly #link: SessionLink;
  readonly #signals: ClosingSignals;
  readonly #begun = Promise.withResolvers<void>();
  readonly #ended = new RigError('interrupted', 'The session was ended.');
  #keyboard: Keyboard | undefined;
  #mode: SessionAccepted['mode'] = 'write';
  #timer: NodeJS.Timeout | undefined;
  /** Whether what is shown stays until something is typed. */
  #hideAtKey = false;
  #stopListening: (() => void)[] = [];

  constructor(run: TerminalRun, terminal: LocalTerminal) {
    this.#run = run;
    this.#terminal = terminal;
    const { connect, opening, onRefused, signal } = run;
    this.#link = new SessionLink({
      connect,
      opening: opening(terminal.description),
      terminal: () => terminal.description,
      signal,
      ...(onRefused === undefined ? {} : { onRefused }),
      stdout: {
        take: async (bytes) => {
          await this.#begun.promise;
          await terminal.take(bytes);
        },
      },
      onNotice: (notice) => this.#tell(notice),
      onStatus: (status) => {
        if (status.state === 'lost') this.#showLoss(status.seconds);
        else this.#hideStatus();
      },
    });
    this.#signals = new ClosingSignals(run.signals, (reason) => this.#link.close(reason));
  }

  async run(): Promise<TerminalOutcome> {
    const accepted = await this.#link.accepted;
    this.#mode = accepted.mode;
    this.#run.onAccepted?.(accepted);
    this.#terminal.enter();
    this.#listen();
    this.#begun.resolve();
    try {
      return { accepted, outcome: await this.#link.outcome };
    } catch (error) {
      if (error !== this.#ended) throw error;
      return { accepted, outcome: { left: 'ended' } };
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#signals.stop();
    this.#keyboard?.stop();
    for (const stop of this.#stopListening.splice(0)) stop();
    this.#link.outcome.catch(() => undefined);
  }

  #listen(): void {
    const { streams, escape } = this.#run;
    const isTerminal = streams.stdin.isTTY === true;
    this.#keyboard = new Keyboard(streams.stdin, {
      // What comes through a pipe was typed by nobody.
      keys: new EscapeKeys(isTerminal ? escape : null),
      onBytes: (bytes) => this.#type(bytes),
      onCommand: (command) => this.#obey(command),
      onEnd: () => {
        if (isTerminal) this.#link.close(new RigError('interrupted', 'The terminal has gone.'));
        else this.#link.end();
      },
      onError: (error) => this.#link.close(error),
    });
    const sized = [streams.stdout, streams.stderr].find(({ isTTY }) => isTTY === true);
    const onResize = () => this.#link.control({ type: 'resize', ...this.#terminal.size });
    sized?.on('resize', onResize);
    this.#stopListening.push(() => sized?.off('resize', onResize));
    // It may have changed since it was asked for.
    onResize();
    if (this.#mode === 'read') this.#after(DRAWN_WITHIN_MS, () => this.#sayWatching());
    if (!isTerminal) return;
    this.#on('SIGCONT', () => {
      this.#terminal.enterAgain();
      this.#askForRedraw();
    });
    this.#on('SIGTSTP', () => this.#obey('suspend'));
  }

  #on(signal: NodeJS.Signals, listener: () => void): void {
    this.#run.signals.on(signal, listener);
    this.#stopListening.push(() => this.#run.signals.off(signal, listener));
  }

  async #type(bytes: Uint8Array): Promise<void> {
    if (this.#hideAtKey) this.#hideStatus();
    if (this.#mode === 'write') await this.#link.write(bytes);
    // Who watches has nothing to interrupt.
    else if (bytes.includes(0x03)) this.#link.close(this.#ended);
  }

  #obey(command: 'end' | 'detach' | 'help' | 'suspend'): void {
    if (command === 'end') this.#link.close(this.#ended);
    else if (command === 'detach') this.#link.control({ type: 'detach' });
    else if (command === 'help') this.#print(helpLines(this.#run.escape));
    else
      suspend({
        signals: this.#run.signals,
        leave: () => this.#terminal.leave(),
        enter: () => this.#terminal.enterAgain(),
      });
  }

  #tell(notice: SessionNotice): void {
    const before = this.#mode;
    if (notice.type === 'mode') this.#mode = notice.mode;
    const text = describeNotice(notice, { mode: this.#mode, before, size: this.#terminal.size });
    // What a program draws anew would count as something happening, and put the limit off.
    if (text !== null) this.#print([text], { redraw: notice.type !== 'ending' });
    if (notice.type === 'gap') this.#askForRedraw();
  }

  /** Not over what a program draws: nobody who watches can have it drawn anew. */
  #sayWatching(): void {
    if (!this.#terminal.onOtherScreen) this.#terminal.print([WATCHING]);
  }

  /** Says something: among the lines of a shell, and on the last line of a program that draws. */
  #print(lines: string[], { redraw }: { redraw: boolean } = { redraw: true }): void {
    if (this.#terminal.onOtherScreen) {
      this.#terminal.showStatus(lines.map((line) => line.trim()).join('  '));
      if (redraw) this.#after(SHOW_NOTICE_MS, () => this.#hideStatus());
      this.#hideAtKey = !redraw;
    } else {
      this.#terminal.print(lines);
      // A shell writes its prompt again.
      if (redraw) this.#askForRedraw();
    }
  }

  #showLoss(seconds: number): void {
    const line = lostLine(seconds, this.#run.escape);
    this.#after(SHOW_LOSS_AFTER_MS, () => this.#terminal.showStatus(line));
  }

  #hideStatus(): void {
    this.#hideAtKey = false;
    clearTimeout(this.#timer);
    if (this.#terminal.clearStatus()) this.#askForRedraw();
  }

  #after(milliseconds: number, call: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(call, milliseconds);
    this.#timer.unref();
  }

  /** A program that draws does so anew when the size changes, not when it is told the same one again. */
  #askForRedraw(): void {
    if (this.#mode !== 'write') return;
    const { columns, rows } = this.#terminal.size;
    this.#link.control({ type: 'resize', columns, rows: rows > 1 ? rows - 1 : 2 });
    setTimeout(
      () => this.#link.control({ type: 'resize', ...this.#terminal.size }),
      BETWEEN_SIZES_MS,
    ).unref();
  }
}
