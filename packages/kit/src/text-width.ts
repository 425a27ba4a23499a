const escape = '\u001B';
/** What styles a text, and nothing else (SGR). */
export const styleSequence = new RegExp(`${escape}\\[[0-9;]*m`, 'g');
/** East Asian Wide and Fullwidth blocks and emoji (Unicode Standard Annex 11), to the precision a table needs. */
const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]/u;
/**
 * Texts of characters that take one column each and join with none: ASCII, Latin, dashes and dots, arrows, lines and
 * blocks. Whoever writes a screen of such text does not wait for a segmenter.
 */
const plain =
  /^[\u0020-\u007E\u00A1-\u00AC\u00AE-\u02FF\u2010-\u2027\u2190-\u21FF\u2500-\u259F\u2713\u2717]*$/;
let segmenter: Intl.Segmenter | undefined;

/** The segmenter is made on use: what it loads takes a quarter as long as the start of Node. */
function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter.segment(text);
}

export function stripStyles(text: string): string {
  return text.replace(styleSequence, '');
}

/** Columns a text takes in a terminal; styles take none. */
export function textWidth(text: string): number {
  const bare = stripStyles(text);
  if (plain.test(bare)) return bare.length;
  let width = 0;
  for (const { segment } of graphemesOf(bare)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  if (zeroWidth.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
}

/** Cuts text to a number of columns, with an ellipsis where something was cut; a cut text loses its styles. */
export function truncate(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  const bare = stripStyles(text);
  if (plain.test(bare)) return `${bare.slice(0, Math.max(0, columns - 1))}…`;
  let width = 0;
  let kept = '';
  for (const { segment } of graphemesOf(bare)) {
    width += graphemeWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
