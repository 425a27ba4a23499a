import { setTimeout as sleep } from 'node:timers/promises';
import { transportCode } from './transport-error.ts';

/**
 * How long a call to the embedded platform waits for rigd to come back: its supervisor starts it again
 * within two seconds, more on a machine that has much to do.
 */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 50;

/** Nothing was sent yet: any request may be sent again. */
const neverSent = new Set(['ECONNREFUSED', 'ENOENT']);
const cutOff = new Set(['ECONNRESET', 'EPIPE']);

/** Not `performance.now()`: reaching for it loads a module, on the way of every command. */
const elapsedMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);

/**
 * Repeats an attempt while rigd restarts: after a connection that was refused in any case, after one
 * that broke only when the request is idempotent. Throws the last error.
 */
export async function attemptPatiently<T>(
  attempt: () => Promise<T>,
  { idempotent, signal }: { idempotent: boolean; signal: AbortSignal | undefined },
): Promise<T> {
  const deadline = elapsedMs() + PATIENCE_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const code = transportCode(error);
      const again = neverSent.has(code) || (idempotent && cutOff.has(code));
      if (!again || elapsedMs() >= deadline) throw error;
    }
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}
