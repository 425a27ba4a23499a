/** What is looked for in the lines of a view. */
export type TextFinder = (text: string) => readonly TextRange[];

export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/** A line has no more hits than somebody can look at. */
const MOST = 200;

/**
 * Finds a text, or with slashes around it (`/a+b/`) a pattern of JavaScript; either case. Null for nothing to
 * look for.
 * @throws SyntaxError for a pattern that is none
 */
export function makeFinder(wanted: string): TextFinder | null {
  if (wanted === '') return null;
  const pattern = /^\/(.+)\/$/.exec(wanted)?.[1];
  const expression = new RegExp(pattern ?? wanted.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`), 'gi');
  return (text) => {
    const found: TextRange[] = [];
    for (const match of text.matchAll(expression)) {
      if (match[0] !== '') found.push({ from: match.index, to: match.index + match[0].length });
      if (found.length >= MOST) break;
    }
    return found;
  };
}

/** A piece of a line, or a part of one that was found. */
export interface MarkedPiece<P> {
  readonly piece: P;
  readonly text: string;
  readonly found: boolean;
}

/** Parts pieces at the borders of what was found in all of them together. */
export function markFound<P extends { readonly text: string }>(
  pieces: readonly P[],
  ranges: readonly TextRange[],
): MarkedPiece<P>[] {
  const marked: MarkedPiece<P>[] = [];
  let start = 0;
  for (const piece of pieces) {
    const end = start + piece.text.length;
    let at = start;
    const take = (to: number, found: boolean) => {
      if (to > at) marked.push({ piece, text: piece.text.slice(at - start, to - start), found });
      at = Math.max(at, to);
    };
    for (const { from, to } of ranges) {
      if (to <= at || from >= end) continue;
      take(Math.max(at, from), false);
      take(Math.min(end, to), true);
    }
    take(end, false);
    start = end;
  }
  return marked;
}
