import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionContainment } from './session-containment.ts';

const POLL_MS = 25;

/** Its first process has ended: SIGHUP to the rest, SIGKILL after `graceMs`. Resolves when nothing of it runs. */
export async function endRest(
  containment: Pick<SessionContainment, 'isEmpty' | 'signal' | 'kill'>,
  graceMs: number,
): Promise<void> {
  if (await containment.isEmpty()) return;
  await containment.signal('SIGHUP');
  for (const killAt = performance.now() + graceMs; performance.now() < killAt; ) {
    await sleep(POLL_MS);
    if (await containment.isEmpty()) return;
  }
  await containment.kill();
}
