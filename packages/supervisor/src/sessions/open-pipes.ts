import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { LateReaders } from './late-readers.ts';
import type { PipePaths } from './pipe-shelf.ts';

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
 * Opens named pipes, which lose their names at once. Node's own `'pipe'` is a pair of sockets,
 * and a socket cannot be opened by its name: `echo failed > /dev/stderr` would fail in a shell.
 */
export function openPipes(paths: PipePaths): Pipes {
  const [input, output, error] = paths;
  const opened: number[] = [];
  const open = (path: string, flag: number) => {
    // Without O_NONBLOCK, open(2) waits for the other end. libuv clears the flag for fds 0 to 2 of a child.
    const fd = openSync(path, flag | constants.O_NONBLOCK);
    opened.push(fd);
    return fd;
  };
  try {
    // The reading end comes first: without a reader the writing end cannot be opened.
    const programIn = open(input, constants.O_RDONLY);
    const stdin = open(input, constants.O_WRONLY);
    const [stdout, stderr] = [open(output, constants.O_RDONLY), open(error, constants.O_RDONLY)];
    const [programOut, programErr] = [open(output, constants.O_WRONLY), open(error, constants.O_WRONLY)];
    const lateReaders = new LateReaders(input);
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
  } catch (failure) {
    for (const fd of opened) closeSync(fd);
    throw failure;
  } finally {
    for (const path of paths) rmSync(path, { force: true });
  }
}
