import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import { terminalTheme } from './terminal-theme.ts';

/** As a page needs it; older lines go. */
const SCROLLBACK_LINES = 10_000;

export interface ScreenOptions {
  readonly fontSize: number;
  readonly screenReader: boolean;
  /** Nothing that is typed goes anywhere. */
  readonly silent: boolean;
  /** Where the pointer is upon a link; null where it is upon none. */
  readonly onLink: (target: string | null) => void;
  /** Somebody wants to go to one. */
  readonly onFollow: (target: string, event: MouseEvent) => void;
}

export interface Screen {
  readonly terminal: Terminal;
  /** Makes it as large as there is room for. */
  fit(): void;
  recolour(): void;
  dispose(): void;
}

/** A terminal in the page. It reaches nothing beyond its picture: no clipboard, no window, no other address. */
export function makeScreen(box: HTMLElement, options: ScreenOptions): Screen {
  const { fontSize, screenReader, silent, onLink, onFollow } = options;
  const terminal = new Terminal({
    fontFamily: getComputedStyle(box).getPropertyValue('--mono'),
    fontSize,
    lineHeight: 1.15,
    scrollback: SCROLLBACK_LINES,
    screenReaderMode: screenReader,
    disableStdin: silent,
    cursorBlink: false,
    macOptionIsMeta: true,
    rightClickSelectsWord: false,
    theme: terminalTheme(box),
    // What OSC 8 says a text leads to; other kinds of addresses are no links.
    linkHandler: {
      allowNonHttpProtocols: false,
      activate: (event, target) => onFollow(target, event),
      hover: (_, target) => onLink(target),
      leave: () => onLink(null),
    },
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(
    new WebLinksAddon((event, target) => onFollow(target, event), {
      hover: (_, target) => onLink(target),
      leave: () => onLink(null),
    }),
  );
  terminal.open(box);
  // There is nothing to type into.
  if (silent && terminal.textarea !== undefined) terminal.textarea.tabIndex = -1;
  return {
    terminal,
    fit() {
      // Hidden, or not laid out yet: there is no size to take.
      if (box.clientWidth > 20 && box.clientHeight > 20) fit.fit();
    },
    recolour() {
      terminal.options.theme = terminalTheme(box);
    },
    dispose() {
      terminal.dispose();
    },
  };
}
