// Starts the program of a session where whoever asks for it can say neither its environment nor its folder: on a
// cluster. What is secret in these comes by stdin, and is in no list of processes.
import { spawn } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants as fsConstants,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReadStream, WriteStream } from 'node:tty';

/** What comes first on stdin, as JSON behind its length (32 bits, big-endian). */
interface Order {
  argv: string[];
  /** Empty for the folder it is in. */
  cwd: string;
  /** Added to what there is. */
  env: Record<string, string>;
  /** `frames`: stdin comes in pieces, each behind its length; one of 0 is its end, and one of 2³² − 1 is nothing. */
  input: 'frames' | 'plain';
  size: { columns: number; rows: number } | null;
  /** Whether its end is told, and the end of its stdin waited for: absent from a supervisor of an older version. */
  tells?: boolean;
}

const NOTHING = 0xff_ff_ff_ff;
const SIZE_MS = 1_000;
const PAUSE_MS = 5;
const HANG_UP_MS = 250;
/** Whoever has started it hears that it is over, and says that nothing more comes. */
const HEARD_MS = 2_000;
/** Codes of a shell for a program that is not there, or may not be run. */
const MISSING = 127;
const FORBIDDEN = 126;

/** What is told of it on the stream for errors, or on the terminal: whoever has started it takes it out. */
const tell = (fd: number, mark: string, word: string): void => {
  writeAll(fd, Buffer.from(`\u0002${mark}${word}\u0003`));
};

function writeAll(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      wait();
    }
  }
}

const wait = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);

/** Exactly so many bytes: what is behind them is not ours. */
function readExactly(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    try {
      const count = readSync(0, bytes, done, length - done, null);
      if (count === 0) process.exit(1);
      done += count;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      wait();
    }
  }
  return bytes;
}

const readOrder = (): Order =>
  JSON.parse(readExactly(readExactly(4).readUInt32BE(0)).toString('utf8')) as Order;

class StartError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

function enter(cwd: string): void {
  if (cwd === '') return;
  try {
    process.chdir(cwd);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new StartError(`${code}: ${JSON.stringify(cwd)} cannot be its working folder`, MISSING);
  }
}

/** As execvp(3) looks for it. */
function find(program: string, path: string): string {
  const places = program.includes('/')
    ? [program]
    : path.split(':').map((folder) => join(folder || '.', program));
  let forbidden = false;
  for (const place of places) {
    try {
      if (!statSync(place).isFile()) forbidden = true;
      else {
        accessSync(place, fsConstants.X_OK);
        return place;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EACCES') forbidden = true;
    }
  }
  if (forbidden) throw new StartError(`EACCES: ${JSON.stringify(program)} may not be run`, FORBIDDEN);
  throw new StartError(`ENOENT: there is no program ${JSON.stringify(program)}`, MISSING);
}

/** A file that is neither would end this process instead of telling. */
function requireProgram(path: string, program: string): void {
  const head = Buffer.alloc(256);
  let count = head.length;
  try {
    const fd = openSync(path, 'r');
    count = readSync(fd, head, 0, head.length, 0);
    closeSync(fd);
  } catch {
    // It may be run and not be read.
    return;
  }
  const text = head.toString('latin1', 0, count);
  if (text.startsWith('\u007fELF')) return;
  const [, interpreter = ''] = /^#![ \t]*([^ \t\n]+)/.exec(text) ?? [];
  if (interpreter === '')
    throw new StartError(`ENOEXEC: ${JSON.stringify(program)} is no program for this machine`, FORBIDDEN);
  try {
    accessSync(interpreter, fsConstants.X_OK);
  } catch {
    throw new StartError(
      `ENOENT: ${JSON.stringify(program)} wants ${interpreter}, which is not there`,
      MISSING,
    );
  }
}

/** @returns where the program is */
function prepare({ argv: [program = ''], cwd }: Order, env: NodeJS.ProcessEnv): string {
  enter(cwd);
  const path = find(program, env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin');
  requireProgram(path, program);
  return path;
}

function refuse(fd: number, mark: string, error: unknown): never {
  tell(fd, mark, `failed ${(error as Error).message}`);
  process.exit(error instanceof StartError ? error.exitCode : 1);
}

/** With a terminal: this process becomes the program, and so it has the terminal as any first program does. */
export async function becomeProgram(mark: string): Promise<void> {
  // What comes first is not echoed, and not cut into lines.
  const input = new ReadStream(0);
  input.setRawMode(true);
  tell(1, mark, 'ready');
  const order = readOrder();
  const env = { ...process.env, ...order.env };
  let path = '';
  try {
    path = prepare(order, env);
    await awaitSize(order.size);
  } catch (error) {
    input.setRawMode(false);
    refuse(1, mark, error);
  }
  input.setRawMode(false);
  tell(1, mark, `begun ${process.pid}`);
  process.execve?.(path, order.argv, env);
}

/** A program that asks for the size at once is to see the right one. */
async function awaitSize(size: Order['size']): Promise<void> {
  if (size === null) return;
  const output = new WriteStream(1);
  for (const deadline = Date.now() + SIZE_MS; Date.now() < deadline; await sleep(PAUSE_MS)) {
    const [columns, rows] = output.getWindowSize();
    if (columns === size.columns && rows === size.rows) return;
  }
}

/**
 * With pipes: stays beside the program. When that has ended, so does what it has left behind: nobody would hear of the end
 * while something still has its output open.
 */
export async function runProgram(
  mark: string,
  rest: { signal: (name: string) => void; kill: () => Promise<void>; count: () => number },
): Promise<void> {
  const order = readOrder();
  const env = { ...process.env, ...order.env };
  let path = '';
  try {
    path = prepare(order, env);
  } catch (error) {
    refuse(2, mark, error);
  }
  tell(2, mark, `begun ${process.pid}`);
  const [argv0 = '', ...args] = order.argv;
  const framed = order.input === 'frames';
  const child = spawn(path, args, { argv0, env, detached: true, stdio: [framed ? 'pipe' : 0, 1, 2] });
  const ended = new Promise<number>((resolve) => {
    child.once('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      resolve(FORBIDDEN);
    });
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + (constants.signals[signal ?? 'SIGKILL'] ?? 9)),
    );
  });
  const tells = order.tells === true;
  // It has its own; that nobody reads it any more would not be seen while this process has it as well.
  if (!framed && !tells) closeSync(0);
  const fed = framed ? feed(child.stdin, async () => await rest.kill()) : null;
  const code = await ended;
  if (rest.count() > 0) {
    rest.signal('SIGHUP');
    for (const deadline = Date.now() + HANG_UP_MS; Date.now() < deadline && rest.count() > 0; )
      await sleep(PAUSE_MS);
    await rest.kill();
  }
  if (tells) {
    // What is sent to a connection that is closed resets it, and takes along what has not arrived: the output, and this code.
    tell(2, mark, `ended ${code}`);
    await Promise.race([fed ?? discard(), sleep(HEARD_MS)]);
  }
  process.exit(code);
}

/** Reads stdin to its end. */
async function discard(): Promise<void> {
  for await (const _ of process.stdin);
}

/** Frames to the program's stdin. Where they end without saying so, whoever sent them has gone: the program must not take it for its end. */
async function feed(stdin: NodeJS.WritableStream | null, cut: () => Promise<void>): Promise<void> {
  if (stdin === null) return;
  // A program may close its stdin; that is no error.
  stdin.on('error', () => undefined);
  let held: Buffer = Buffer.alloc(0);
  let left = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    while (held.length > 0) {
      if (left > 0) {
        const part = held.subarray(0, left);
        held = held.subarray(part.length);
        left -= part.length;
        await write(stdin, part);
        continue;
      }
      if (held.length < 4) break;
      const length = held.readUInt32BE(0);
      held = held.subarray(4);
      if (length === 0) {
        stdin.end();
        // What comes from here on is nothing; whoever sends it may go.
        process.stdin.resume();
        return;
      }
      if (length !== NOTHING) left = length;
    }
  }
  await cut();
}

async function write(stdin: NodeJS.WritableStream, bytes: Buffer): Promise<void> {
  await new Promise<void>((resolve) => {
    stdin.write(bytes, () => resolve());
  });
}
