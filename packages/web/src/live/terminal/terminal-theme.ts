import type { ITheme } from '@xterm/xterm';

const names = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'brightBlack',
  'brightRed',
  'brightGreen',
  'brightYellow',
  'brightBlue',
  'brightMagenta',
  'brightCyan',
  'brightWhite',
] as const;

/** The colours of the pages as a terminal needs them: what they are now, light or dark. */
export function terminalTheme(near: HTMLElement): ITheme {
  const probe = document.createElement('span');
  near.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const theme: ITheme = {
    background: colour('--surface'),
    foreground: colour('--text'),
    cursor: colour('--accent'),
    cursorAccent: colour('--surface'),
    selectionBackground: colour('--terminal-selection'),
    scrollbarSliderBackground: colour('--line-strong'),
    scrollbarSliderHoverBackground: colour('--text-faint'),
    scrollbarSliderActiveBackground: colour('--text-faint'),
  };
  for (const [index, name] of names.entries()) theme[name] = colour(`--sgr-${index}`);
  probe.remove();
  return theme;
}
