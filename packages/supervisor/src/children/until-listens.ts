import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 20;

/** Resolves when somebody listens on a unix socket, or after the time. */
export async function untilListens(socketPath: string, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await listens(socketPath)) && performance.now() < deadline) await sleep(POLL_MS);
}

async function listens(socketPath: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
