import { execFile } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Readable, Writable } from 'node:stream';
import { LateReaders } from './late-readers.ts';

const run = promisify(execFile);

/** Pipes for the three standard streams of a program. */
export interface Pipes {
  /** The program's ends, for `stdio`. */
  fds: [number, number, number];
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  /** To be told when stdin has ended, to be closed when the program has. */
  lateReaders: LateReaders;
  /** Closes the program's ends here, once it has them or was not started. */
  closeFds(): void;
}

/**
 * Makes pipes through named ones that lose their names at once. Node's own `'pipe'` is a pair of sockets,
 * and a socket cannot be opened by its name: `echo failed > /dev/stderr` would fail in a shell.
 */
export async function openPipes(folder: string): Promise<Pipes> {
  const dir = mkdtempSync(join(folder, 'pipes-'));
  const paths = ['in', 'out', 'err'].map((name) => join(dir, name));
  const opened: number[] = [];
  const open = (path: string | undefined, flag: number) => {
    // Without O_NONBLOCK, open(2) waits for the other end. libuv clears the flag for fds 0 to 2 of a child.
    const fd = openSync(path ?? '', flag | constants.O_NONBLOCK);
    opened.push(fd);
    return fd;
  };
  try {
    await run('mkfifo', ['-m', '600', ...paths]);
    // The reading end comes first: without a reader the writing end cannot be opened.
    const programIn = open(paths[0], constants.O_RDONLY);
    const stdin = open(paths[0], constants.O_WRONLY);
    const [stdout, stderr] = [open(paths[1], constants.O_RDONLY), open(paths[2], constants.O_RDONLY)];
    const [programOut, programErr] = [open(paths[1], constants.O_WRONLY), open(paths[2], constants.O_WRONLY)];
    const lateReaders = new LateReaders(paths[0] ?? '');
    const fds: Pipes['fds'] = [programIn, programOut, programErr];
    return {
      fds,
      lateReaders,
      stdin: new Socket({ fd: stdin, readable: false, writable: true }),
      stdout: new Socket({ fd: stdout, readable: true, writable: false }),
      stderr: new Socket({ fd: stderr, readable: true, writable: false }),
      closeFds: () => {
        for (const fd of fds) closeSync(fd);
      },
    };
  } catch (error) {
    for (const fd of opened) closeSync(fd);
    throw error;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
