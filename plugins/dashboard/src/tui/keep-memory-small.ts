import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** An answer of the platform with 500 instances is about 1 MB as it is read; so much of it may lie about. */
const LOOKS_BETWEEN_COLLECTIONS = 15;

/**
 * Most of what is made for a picture, and every answer of the platform, is garbage a moment later. V8 lets it pile up
 * as long as there is memory, which is right for a program that computes, and wrong for one that is left open in a
 * corner all day: here the space for new things stays as small as it begins, and all garbage goes now and then, which
 * takes some 100 ms.
 * @returns what is to be called behind each look at the platform
 */
export function keepMemorySmall(): () => void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--no-wasm-tier-up');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: object) => void;
  let looks = 0;
  return () => {
    looks += 1;
    if (looks % LOOKS_BETWEEN_COLLECTIONS !== 0) return;
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  };
}
