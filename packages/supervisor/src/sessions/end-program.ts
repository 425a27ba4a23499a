import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionContainment } from '../containment/session-containment.ts';
import type { SessionProgram } from './program.ts';

/** Asks a program and all it has started to end, and ends them by force after `graceMs`; at once without any. */
export async function endProgram(
  { containment, program }: { containment: SessionContainment; program: Pick<SessionProgram, 'ended'> },
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<void> {
  if (graceMs > 0) {
    const late = sleep(graceMs, false, { ref: false });
    await containment.signal(signal);
    if (await Promise.race([program.ended.then(() => true), late])) return;
  }
  await containment.kill();
}
