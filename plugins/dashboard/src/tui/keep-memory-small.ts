import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const EVERY_MS = 30_000;

/**
 * Most of what is made for a picture, and every answer of the platform, is garbage a moment later. V8 lets it pile up
 * as long as there is memory, which is right for a program that computes, and wrong for one that is left open in a
 * corner all day: here the space for new things stays as small as it begins, and twice a minute all garbage goes, which
 * takes some 50 ms.
 * @returns what ends it
 */
export function keepMemorySmall(): () => void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--no-wasm-tier-up');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: object) => void;
  const timer = setInterval(
    () => collect({ type: 'major', execution: 'sync', flavor: 'last-resort' }),
    EVERY_MS,
  );
  return () => clearInterval(timer);
}
