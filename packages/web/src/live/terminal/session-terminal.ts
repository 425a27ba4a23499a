import { signal } from '@preact/signals';
import type { SessionAccepted, SessionNotice, Terminal as TerminalKind } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import {
  awaitApproval,
  type LinkOutcome,
  SessionLink,
  type SessionLinkOptions,
} from '@rig-ops/wire/session-link';
import { call } from '../../api/call.ts';
import { openPageChannel } from '../channels/page-channels.ts';
import { type CheckedPaste, checkPaste } from './check-paste.ts';
import { makeScreen, type Screen } from './make-screen.ts';
import { safeLink } from './safe-link.ts';
import { describeNotice } from './session-words.ts';
import { titleText } from './title-text.ts';

export type Opening = Parameters<SessionLinkOptions['connect']>[0];

export type TerminalState =
  | { readonly state: 'opening' | 'on' }
  /** Somebody else has to approve it. */
  | { readonly state: 'waiting'; readonly approval: string }
  | { readonly state: 'lost'; readonly until: number }
  | { readonly state: 'over'; readonly outcome: LinkOutcome }
  | { readonly state: 'failed'; readonly error: unknown };

/** A loss that is over sooner is not worth a word. */
const SHOW_LOSS_AFTER_MS = 300;
/** Between two sizes, so that a program sees both. */
const BETWEEN_SIZES_MS = 100;
const BELL_MS = 220;

const encoder = new TextEncoder();

export interface TerminalLook {
  readonly fontSize: number;
  readonly screenReader: boolean;
}

/** A terminal in the page and the session in it, over as many connections as it takes. */
export class SessionTerminal {
  readonly state = signal<TerminalState>({ state: 'opening' });
  readonly accepted = signal<SessionAccepted | null>(null);
  readonly mode = signal<SessionAccepted['mode']>('write');
  readonly title = signal('');
  /** The latest thing it had to say. */
  readonly notice = signal<string | null>(null);
  readonly bell = signal(false);
  /** Where the link under the pointer leads to. */
  readonly link = signal<string | null>(null);
  /** What somebody wants to paste and is to look at first. */
  readonly paste = signal<CheckedPaste | null>(null);
  readonly size = signal({ columns: 80, rows: 24 });
  readonly screen: Screen;
  readonly #box: HTMLElement;
  readonly #leaveKey: () => void;
  #session: SessionLink | null = null;
  /** Ends the connection without a word, so that the session waits for its client. */
  #drop = new AbortController();
  #timers = new Set<ReturnType<typeof setTimeout>>();
  #lossTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #watch: ResizeObserver;
  readonly #onPaste = (event: ClipboardEvent) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    this.offerPaste(event.clipboardData?.getData('text/plain') ?? '');
  };

  /** `leaveKey` is called when somebody wants to leave the terminal by the keyboard. */
  constructor(box: HTMLElement, look: TerminalLook, leaveKey: () => void) {
    this.#box = box;
    this.#leaveKey = leaveKey;
    this.screen = makeScreen(box, {
      ...look,
      silent: false,
      onLink: (target) => {
        this.link.value = target;
      },
      onFollow: (target, event) => follow(target, event),
    });
    const { terminal } = this.screen;
    terminal.onData((text) => this.#type(encoder.encode(text)));
    terminal.onBinary((text) => this.#type(Uint8Array.from(text, (character) => character.charCodeAt(0))));
    terminal.onTitleChange((title) => {
      this.title.value = titleText(title);
    });
    terminal.onBell(() => this.#ring());
    terminal.onResize(({ cols: columns, rows }) => {
      this.size.value = { columns, rows };
      if (this.mode.peek() === 'write') this.#session?.control({ type: 'resize', columns, rows });
    });
    terminal.attachCustomKeyEventHandler((event) => this.#isForProgram(event));
    box.addEventListener('paste', this.#onPaste, { capture: true });
    this.#watch = new ResizeObserver(() => this.#fit());
    this.#watch.observe(box);
    this.screen.fit();
    this.size.value = this.#size;
  }

  /** Opens a session, or comes to one. Settles when it is over, whatever became of it; the state tells. */
  async open(opening: (terminal: TerminalKind) => Opening, waits = true): Promise<void> {
    this.#leave();
    const drop = new AbortController();
    this.#drop = drop;
    this.state.value = { state: 'opening' };
    this.notice.value = null;
    this.mode.value = 'write';
    const { terminal } = this.screen;
    terminal.reset();
    this.screen.fit();
    const session = new SessionLink({
      connect: async ({ kind, params }) => {
        const channel = await openPageChannel(kind, params, { drop: drop.signal });
        return { open: () => channel };
      },
      opening: opening(this.#kind),
      terminal: () => this.#kind,
      stdout: { take: (bytes) => new Promise((resolve) => terminal.write(bytes, resolve)) },
      ...(waits ? { onRefused: this.#approval(drop.signal) } : {}),
      onNotice: (notice) => this.#tell(notice),
      onStatus: (status) => {
        clearTimeout(this.#lossTimer);
        if (status.state === 'back') this.state.value = { state: 'on' };
        else {
          const until = Date.now() + status.seconds * 1000;
          this.#lossTimer = setTimeout(() => {
            this.state.value = { state: 'lost', until };
          }, SHOW_LOSS_AFTER_MS);
        }
      },
    });
    this.#session = session;
    try {
      const accepted = await session.accepted;
      if (drop.signal.aborted) return;
      this.accepted.value = accepted;
      this.mode.value = accepted.mode;
      this.state.value = { state: 'on' };
      if (accepted.mode === 'write') session.control({ type: 'resize', ...this.#size });
      else await this.#watchSize(accepted.session);
      terminal.focus();
      const outcome = await session.outcome;
      if (!drop.signal.aborted) this.state.value = { state: 'over', outcome };
    } catch (error) {
      if (!drop.signal.aborted) this.state.value = { state: 'failed', error };
    } finally {
      clearTimeout(this.#lossTimer);
    }
  }

  detach(): void {
    this.#session?.control({ type: 'detach' });
  }

  /** Ends the session and all it has started; one that others write in is only left. */
  end(): void {
    this.#session?.close(new RigError('interrupted', 'The session was ended.'));
  }

  offerPaste(text: string): void {
    if (text === '' || this.mode.peek() === 'read') return;
    const checked = checkPaste(text, this.screen.terminal.modes.bracketedPasteMode);
    if (checked.asks) this.paste.value = checked;
    else this.doPaste(checked.text);
  }

  doPaste(text: string): void {
    this.paste.value = null;
    this.screen.terminal.paste(text);
    this.screen.terminal.focus();
  }

  async copy(): Promise<boolean> {
    const text = this.screen.terminal.getSelection();
    if (text === '') return false;
    await navigator.clipboard.writeText(text);
    return true;
  }

  look({ fontSize, screenReader }: TerminalLook): void {
    const { options } = this.screen.terminal;
    options.fontSize = fontSize;
    options.screenReaderMode = screenReader;
    this.#fit();
  }

  /** The page is left: the session waits for somebody to come back. */
  dispose(): void {
    this.#leave();
    this.#watch.disconnect();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#box.removeEventListener('paste', this.#onPaste, { capture: true });
    this.screen.dispose();
  }

  #leave(): void {
    clearTimeout(this.#lossTimer);
    this.#drop.abort(new RigError('cancelled', 'The page was left.'));
    this.#session?.close(this.#drop.signal.reason);
    this.#session?.outcome.catch(() => undefined);
    this.#session = null;
  }

  get #size(): { columns: number; rows: number } {
    const { cols: columns, rows } = this.screen.terminal;
    return { columns, rows };
  }

  get #kind(): TerminalKind {
    return { ...this.#size, term: 'xterm-256color', colorTerm: 'truecolor' };
  }

  #fit(): void {
    // Who watches sees the terminal of the one who writes, as large as it is.
    if (this.mode.peek() === 'write') this.screen.fit();
  }

  #type(bytes: Uint8Array): void {
    if (this.mode.peek() === 'write') void this.#session?.write(bytes);
  }

  #isForProgram(event: KeyboardEvent): boolean {
    if (event.type !== 'keydown' || !event.ctrlKey || !event.shiftKey) return true;
    if (event.key === 'Enter') {
      event.preventDefault();
      this.#leaveKey();
      return false;
    }
    if (event.code === 'KeyC') {
      event.preventDefault();
      void this.copy();
      return false;
    }
    // The browser pastes.
    return event.code !== 'KeyV';
  }

  #approval(signal: AbortSignal): (error: unknown) => Promise<void> {
    return awaitApproval({
      ask: (approval) => call('getApproval', { params: { approval }, signal }),
      onWaiting: (approval) => {
        this.state.value = { state: 'waiting', approval };
      },
      onApproved: ({ decidedBy }) => {
        this.state.value = { state: 'opening' };
        this.notice.value = `${decidedBy ?? 'Somebody'} has approved it.`;
      },
      signal,
    });
  }

  #tell(notice: SessionNotice): void {
    const before = this.mode.peek();
    if (notice.type === 'mode') {
      this.mode.value = notice.mode;
      if (notice.mode === before) return;
      if (notice.mode === 'write') {
        this.screen.fit();
        this.#session?.control({ type: 'resize', ...this.#size });
      }
    }
    if (notice.type === 'resized' && before === 'read') {
      this.screen.terminal.resize(notice.columns, notice.rows);
    }
    const text = describeNotice(notice);
    if (text !== null) this.notice.value = text;
    if (notice.type === 'gap') this.#askForRedraw();
  }

  async #watchSize(session: string): Promise<void> {
    try {
      const { terminal } = await call('getSession', { params: { session } });
      if (terminal !== null) this.screen.terminal.resize(terminal.columns, terminal.rows);
    } catch {
      // It is not known how large it is there: as it is here will do.
    }
  }

  /** A program that draws does so anew when the size changes, not when it is told the same one again. */
  #askForRedraw(): void {
    if (this.mode.peek() !== 'write') return;
    const { columns, rows } = this.#size;
    this.#session?.control({ type: 'resize', columns, rows: rows > 1 ? rows - 1 : 2 });
    this.#after(BETWEEN_SIZES_MS, () => this.#session?.control({ type: 'resize', ...this.#size }));
  }

  #ring(): void {
    this.bell.value = true;
    this.#after(BELL_MS, () => {
      this.bell.value = false;
    });
  }

  #after(ms: number, what: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      what();
    }, ms);
    this.#timers.add(timer);
  }
}

/** Opens where a link leads to, in a window that knows nothing of this one; with a key held, as in other terminals. */
function follow(target: string, event: MouseEvent): void {
  const url = safeLink(target);
  const meant = event.ctrlKey || event.metaKey || matchMedia('(pointer: coarse)').matches;
  if (url !== null && meant) window.open(url, '_blank', 'noopener,noreferrer');
}
