import type { Key } from 'ink';

/** Names that `pressKey` knows, for what ink has read; several where keys were typed faster than they were read. */
export function keyNames(input: string, key: Key): string[] {
  if (key.upArrow) return ['up'];
  if (key.downArrow) return ['down'];
  if (key.leftArrow) return ['left'];
  if (key.rightArrow) return ['right'];
  if (key.pageUp) return ['pageup'];
  if (key.pageDown) return ['pagedown'];
  if (key.home) return ['home'];
  if (key.end) return ['end'];
  if (key.return) return ['enter'];
  // Typed twice so fast that it was read at once.
  if (key.escape) return key.meta ? ['esc', 'esc'] : ['esc'];
  if (key.tab) return ['tab'];
  if (key.backspace || key.delete) return ['backspace'];
  if (key.ctrl) return [`ctrl-${input}`];
  if (key.meta) return [];
  return Array.from(input, nameOf).filter((name) => name !== null);
}

function nameOf(character: string): string | null {
  if (character === '\r' || character === '\n') return 'enter';
  if (character === '\t') return 'tab';
  return character < ' ' || character === '\u007F' ? null : character;
}
