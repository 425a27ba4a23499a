import { setTimeout } from 'node:timers/promises';

const DEADLINE_MS = 10_000;

/** Polls until `condition` gives a value that counts as true, and returns it. */
export async function waitUntil<T>(condition: () => T | Promise<T>, what: string): Promise<NonNullable<T>> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== null && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`Waited in vain: ${what}`);
    await setTimeout(10);
  }
}
