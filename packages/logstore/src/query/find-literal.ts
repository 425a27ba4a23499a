/** Finds where something may be, in bytes; what it finds is to be looked at, what it does not find is not there. */
export interface ByteFinder {
  /** Offset of the first hit at or behind `from`; -1 for none. */
  find(text: Buffer, from: number): number;
}

/** Bytes of a text that tell how rare others are in it. */
const SAMPLE_BYTES = 4096;
/** Texts of one program are alike. */
const TEXTS_PER_SAMPLE = 64;
/** A byte that comes more often than once in so many is no help: each of its places costs a call. */
const RARE = 512;

/**
 * Finds plain text. Node searches for one byte an order of magnitude faster than for several, so it looks for
 * the byte of the pattern that is rarest in the text, and compares around it.
 */
export function literalFinder(pattern: Buffer): ByteFinder {
  let sampled: { text: Buffer; pivot: number | null; uses: number } | null = null;
  const pivotOf = (text: Buffer): number | null => {
    if (sampled?.text !== text) {
      const isOld = sampled === null || sampled.uses >= TEXTS_PER_SAMPLE;
      const pivot = isOld ? rarestByte(pattern, text.subarray(0, SAMPLE_BYTES)) : sampled?.pivot;
      sampled = { text, pivot: pivot ?? null, uses: isOld || sampled === null ? 0 : sampled.uses + 1 };
    }
    return sampled.pivot;
  };
  return {
    find: (text, from) => {
      if (text.length < SAMPLE_BYTES) return text.indexOf(pattern, from);
      const pivot = pivotOf(text);
      return pivot === null ? text.indexOf(pattern, from) : findByPivot(pattern, pivot, text, from);
    },
  };
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

/** Index in the pattern; null when all of its bytes are frequent. */
function rarestByte(pattern: Buffer, sample: Buffer): number | null {
  const counts = new Uint32Array(256);
  for (const byte of sample) counts[byte] = (counts[byte] ?? 0) + 1;
  let best = 0;
  for (let index = 1; index < pattern.length; index += 1) {
    if ((counts[pattern[index] ?? 0] ?? 0) < (counts[pattern[best] ?? 0] ?? 0)) best = index;
  }
  return (counts[pattern[best] ?? 0] ?? 0) * RARE <= sample.length ? best : null;
}

function findByPivot(pattern: Buffer, pivot: number, text: Buffer, from: number): number {
  const byte = pattern[pivot] ?? 0;
  const last = text.length - pattern.length + pivot;
  for (let at = text.indexOf(byte, from + pivot); at !== -1 && at <= last; at = text.indexOf(byte, at + 1)) {
    const start = at - pivot;
    if (text.compare(pattern, 0, pattern.length, start, start + pattern.length) === 0) return start;
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
