import { createRequire } from 'node:module';

/** What the native part of `@lydell/node-pty` exports. */
export interface NativePty {
  fork(
    file: string,
    args: readonly string[],
    environment: readonly string[],
    cwd: string,
    columns: number,
    rows: number,
    uid: number,
    gid: number,
    utf8: boolean,
    helperPath: string,
    onExit: (exitCode: number, signal: number) => void,
  ): { fd: number; pid: number; pty: string };
  resize(fd: number, columns: number, rows: number): void;
}

const require = createRequire(import.meta.url);
let loaded: { native: NativePty; helperPath: string } | undefined;

/**
 * The native part alone, of a package pinned to one version: its JavaScript destroys the stream 200 ms behind
 * the end of the program, read or not, so that what a slow reader has not taken by then would be lost.
 */
export function loadPty(): { native: NativePty; helperPath: string } {
  if (loaded !== undefined) return loaded;
  const { requireBinary } = require('@lydell/node-pty/requireBinary.js') as {
    requireBinary: (file: string) => NativePty;
  };
  // On macOS a program of the package sets up the terminal and becomes what is to run.
  const helper = `@lydell/node-pty-${process.platform}-${process.arch}/spawn-helper`;
  const helperPath = process.platform === 'darwin' ? require.resolve(helper) : '';
  loaded = { native: requireBinary('pty.node'), helperPath };
  return loaded;
}
