import { spawn } from 'node:child_process';

/** One sequence each: some terminals read no more than 64 bytes of one. */
const MODES_TO_SWITCH_OFF = [
  1, 5, 9, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 2004, 2026, 2031, 2048,
];

/**
 * Ends whatever text a terminal collects, leaves the other screen, and switches off what programs switch on
 * and forget: mouse, brackets around what is pasted, keyboards of other kinds, colours, regions.
 */
export const SOFT_RESET = Buffer.from(
  [
    '\u0018\u001B\\',
    // In front of the change of screens, which puts the cursor back to where it was saved last.
    '\u001B7\u001B[?1049l',
    '\u001B[<99u\u001B[=0;1u\u001B[>4m',
    ...MODES_TO_SWITCH_OFF.map((mode) => `\u001B[?${mode}l`),
    '\u001B[?7h\u001B[?25h\u001B>\u001B[4l',
    '\u001B7\u001B[r\u001B8',
    '\u001B(B\u000F\u001B[0 q\u001B[m',
  ].join(''),
);

/** Sets the terminal of stdin to what a shell expects. @returns whether there was a way to */
export function makeSane(): Promise<boolean> {
  if (process.platform === 'win32') return Promise.resolve(false);
  return new Promise((resolve) => {
    const child = spawn('stty', ['sane'], { stdio: ['inherit', 'ignore', 'ignore'] });
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}
