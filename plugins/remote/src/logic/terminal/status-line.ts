/** Where a line is shown. */
export interface StatusPlace {
  columns: number;
  rows: number;
  /** A program draws on a screen of its own: its last line is taken, and drawn anew by the program. */
  otherScreen: boolean;
}

const SAVE = '\u001B7';
const RESTORE = '\u001B8';
const ERASE_LINE = '\u001B[2K';
const REVERSE = '\u001B[7m';
const PLAIN = '\u001B[m';
/** Makes room for a line below the cursor, which stays where it is: what scrolls out is kept by the terminal. */
const ROOM_BELOW = '\u001BD\u001B[A';
const LINE_BELOW = '\u001B[B\r';

/** The bytes that show a line without moving the cursor. */
export function showStatus(text: string, { columns, rows, otherScreen }: StatusPlace): Uint8Array {
  // A line that fills the last column would wrap.
  const shown = ` ${text} `.slice(0, Math.max(1, columns - 1));
  const place = otherScreen ? SAVE + lastLine(rows) : ROOM_BELOW + SAVE + LINE_BELOW;
  return Buffer.from(`${place}${PLAIN}${ERASE_LINE}${REVERSE}${shown}${PLAIN}${RESTORE}`);
}

/** The bytes that take it away again. */
export function clearStatus({ rows, otherScreen }: StatusPlace): Uint8Array {
  return Buffer.from(`${SAVE}${otherScreen ? lastLine(rows) : LINE_BELOW}${PLAIN}${ERASE_LINE}${RESTORE}`);
}

const lastLine = (rows: number): string => `\u001B[${rows};1H`;
