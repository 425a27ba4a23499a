import { spawn } from 'node:child_process';

/** A machine that has much to do. */
const LONGEST_MS = 2000;

/**
 * Raw mode of Node still turns a newline into a carriage return and a newline on its way out, which breaks
 * what full-screen programs draw (libuv, `uv_tty_set_mode`): they move the cursor down with it. Node has no
 * call for the rest; `stty` is wherever there is a terminal of Unix. The way back is Node's own, which has
 * kept all of the state it found. Does not fail: without `stty`, lines may be drawn askew.
 */
export function makeFullyRaw(): Promise<void> {
  if (process.platform === 'win32') return Promise.resolve();
  return new Promise((resolve) => {
    const child = spawn('stty', ['-opost', '-inlcr', '-igncr', '-ixoff'], {
      stdio: ['inherit', 'ignore', 'ignore'],
      timeout: LONGEST_MS,
    });
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
}
