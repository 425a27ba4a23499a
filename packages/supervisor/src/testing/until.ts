import { setTimeout as sleep } from 'node:timers/promises';

/** Polls until `check` gives something truthy. */
export async function until<T>(
  what: string,
  check: () => T | Promise<T>,
  patienceMs = 20_000,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(10);
  }
}
