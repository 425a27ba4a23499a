/** UTF-16 orders strings as UTF-8 does, but for surrogates, which stand for the highest code points. */
const high = /[\uD800-\uFFFF]/;

/** Order of two strings by the bytes of their UTF-8, which is the order of bundles. */
export function comparePaths(a: string, b: string): number {
  if (a === b) return 0;
  if (!high.test(a) || !high.test(b)) return a < b ? -1 : 1;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates are below U+E000 to U+FFFF. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
