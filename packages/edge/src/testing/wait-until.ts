import { setTimeout as delay } from 'node:timers/promises';

/** Looks again every few milliseconds until it is so; throws what it waited for after ten seconds. */
export async function waitUntil(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not within 10 s: ${what}`);
    await delay(5);
  }
}
