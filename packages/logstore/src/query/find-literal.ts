/** Finds where something may be, in bytes; what it finds is to be looked at, what it does not find is not there. */
export interface ByteFinder {
  /** Offset of the first hit at or behind `from`; -1 for none. */
  find(text: Buffer, from: number): number;
}

/** Bytes of a text that tell how rare others are in it. */
const SAMPLE_BYTES = 4096;
/** Texts of one program are alike. */
const TEXTS_PER_SAMPLE = 64;
/** A byte that comes more often than so many times in a sample is no help: each of its places costs a look. */
const FREQUENT = 160;
/** Up to so many bytes Node looks for the first one at the speed of `memchr`; for more it goes from byte to byte. */
const SHORT_BYTES = 7;

/**
 * Finds plain text. Node searches for a short text several times faster than for a long one, provided that the
 * first byte is rare: so it looks for a piece of the pattern that begins with a rare byte, and compares around it.
 */
export function literalFinder(pattern: Buffer): ByteFinder {
  let sampled: { text: Buffer; piece: Piece | null; uses: number } | null = null;
  const pieceOf = (text: Buffer): Piece | null => {
    if (sampled?.text !== text) {
      const isOld = sampled === null || sampled.uses >= TEXTS_PER_SAMPLE;
      const piece = isOld ? rarestPiece(pattern, text.subarray(0, SAMPLE_BYTES)) : (sampled?.piece ?? null);
      sampled = { text, piece, uses: isOld || sampled === null ? 0 : sampled.uses + 1 };
    }
    return sampled.piece;
  };
  if (pattern.length <= 1) return { find: (text, from) => text.indexOf(pattern, from) };
  return {
    find: (text, from) => {
      if (text.length < SAMPLE_BYTES) return text.indexOf(pattern, from);
      const piece = pieceOf(text);
      return piece === null ? text.indexOf(pattern, from) : findByPiece(pattern, piece, text, from);
    },
  };
}

/** A part of a pattern, and where in it that begins. */
interface Piece {
  offset: number;
  bytes: Buffer;
}

/** Finds the first of several. */
export function anyOf(finders: readonly ByteFinder[]): ByteFinder {
  const [only] = finders;
  if (only !== undefined && finders.length === 1) return only;
  let seen: { text: Buffer; from: number; next: number[] } | null = null;
  return {
    find: (text, from) => {
      // What lies ahead is remembered: a rare pattern would otherwise be searched anew for every frequent one.
      if (seen?.text !== text || from < seen.from) {
        seen = { text, from, next: finders.map((finder) => finder.find(text, from)) };
      }
      const { next } = seen;
      seen.from = from;
      let first = -1;
      for (const [index, finder] of finders.entries()) {
        let at = next[index] ?? -1;
        if (at !== -1 && at < from) {
          at = finder.find(text, from);
          next[index] = at;
        }
        if (at !== -1 && (first === -1 || at < first)) first = at;
      }
      return first;
    },
  };
}

/** Null when all bytes of the pattern are frequent. */
function rarestPiece(pattern: Buffer, sample: Buffer): Piece | null {
  const counts = new Uint32Array(256);
  for (const byte of sample) counts[byte] = (counts[byte] ?? 0) + 1;
  let best = { offset: 0, count: Number.POSITIVE_INFINITY };
  // Of a single byte, each place costs a call: the last one of a pattern leads to too many.
  for (let offset = 0; offset < pattern.length - 1; offset += 1) {
    const count = counts[pattern[offset] ?? 0] ?? 0;
    if (count < best.count) best = { offset, count };
  }
  if (best.count > FREQUENT) return null;
  return { offset: best.offset, bytes: pattern.subarray(best.offset, best.offset + SHORT_BYTES) };
}

function findByPiece(pattern: Buffer, { offset, bytes }: Piece, text: Buffer, from: number): number {
  for (let at = text.indexOf(bytes, from + offset); at !== -1; at = text.indexOf(bytes, at + 1)) {
    const start = at - offset;
    if (bytes.length === pattern.length) return start;
    const end = start + pattern.length;
    if (end > text.length) return -1;
    if (text.compare(pattern, 0, pattern.length, start, end) === 0) return start;
  }
  return -1;
}

const special = /[\\^$.*+?()[\]{}|/-]/g;

/**
 * Finds ASCII text in either case. Every byte is taken for a character of Latin-1, none of which is an upper or
 * lower case of an ASCII letter.
 */
export function caselessFinder(patterns: readonly string[]): ByteFinder {
  const any = new RegExp(patterns.map((pattern) => pattern.replace(special, '\\$&')).join('|'), 'gi');
  let decoded: { text: Buffer; characters: string } | null = null;
  return {
    find: (text, from) => {
      if (decoded?.text !== text) decoded = { text, characters: text.toString('latin1') };
      any.lastIndex = from;
      return any.exec(decoded.characters)?.index ?? -1;
    },
  };
}
