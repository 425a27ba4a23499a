/** What somebody is about to paste into a terminal. */
export interface CheckedPaste {
  /** As it would be sent. */
  readonly text: string;
  readonly lines: number;
  /** Whether it is to be shown first: each line end would be Enter for the program. */
  readonly asks: boolean;
  /** How many characters were left out that are no text. */
  readonly leftOut: number;
}

/** Control characters but tab and the ends of lines; among them the ESC that could end the brackets of a paste. */
// oxlint-disable-next-line no-control-regex -- these characters are what it is about
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g;
/** More than this goes nowhere by accident. */
const LARGE = 50_000;

/** @param bracketed whether the program has asked for brackets around what is pasted, so that it runs nothing of it */
export function checkPaste(given: string, bracketed: boolean): CheckedPaste {
  const text = given.replaceAll('\r\n', '\n').replaceAll(controls, '');
  const lines = text.replace(/\n$/, '').split('\n').length;
  const endsLines = /[\n\r]/.test(text);
  return {
    text,
    lines,
    asks: text.length > LARGE || (endsLines && !bracketed),
    leftOut: given.replaceAll('\r\n', '\n').length - text.length,
  };
}

/** The same on one line. */
export const onOneLine = (text: string): string => text.trim().replaceAll(/\s*[\r\n]+\s*/g, ' ');
