import { isUtf8 } from 'node:buffer';

/** A character of UTF-8 takes at most this many bytes. */
const LONGEST = 4;

export interface SplitText {
  readonly bytes: Uint8Array;
  /** Whether it is UTF-8. */
  readonly valid: boolean;
  /** The beginning of a character whose rest has yet to come. */
  readonly rest: Uint8Array | undefined;
}

/** Takes from a stream what is whole characters; `carried` is the `rest` of the time before. */
export function splitText(carried: Uint8Array | undefined, parts: readonly Uint8Array[]): SplitText {
  const all = carried === undefined ? parts : [carried, ...parts];
  const bytes = all.length === 1 && all[0] !== undefined ? all[0] : Buffer.concat(all);
  const begun = beginningOfCharacter(bytes);
  const whole = bytes.subarray(0, bytes.length - begun);
  return {
    bytes: whole,
    valid: isUtf8(whole),
    rest: begun === 0 ? undefined : bytes.slice(bytes.length - begun),
  };
}

/** How many bytes at the end begin a character that is not whole. */
function beginningOfCharacter(bytes: Uint8Array): number {
  for (let back = 1; back < LONGEST && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    return lengthOfCharacter(byte) > back ? back : 0;
  }
  return 0;
}

/** By its first byte (RFC 3629, 3). */
function lengthOfCharacter(first: number): number {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}
