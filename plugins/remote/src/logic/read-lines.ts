import type { Readable } from 'node:stream';
import { RigError } from '@rig-ops/contract/errors';

const NEWLINE = 0x0a;

/** A line that is too long has no bytes. */
export interface NumberedLine {
  /** From 1. */
  number: number;
  bytes: Buffer | null;
}

/**
 * Reads lines of bytes, as fast as they are taken. What is longer than `mostBytes` is skipped, and said to be.
 * @throws RigError `invalid_input` when the stream cannot be read
 */
export async function* readLines(source: Readable, mostBytes: number): AsyncGenerator<NumberedLine> {
  let parts: Buffer[] = [];
  let length = 0;
  let number = 1;
  const push = (part: Buffer) => {
    length += part.length;
    if (length > mostBytes) parts = [];
    else if (part.length > 0) parts.push(part);
  };
  const take = (): NumberedLine => {
    const line = { number, bytes: length > mostBytes ? null : Buffer.concat(parts) };
    parts = [];
    length = 0;
    number += 1;
    return line;
  };
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      let start = 0;
      for (;;) {
        const newline = chunk.indexOf(NEWLINE, start);
        if (newline < 0) break;
        push(chunk.subarray(start, newline));
        start = newline + 1;
        yield take();
      }
      push(chunk.subarray(start));
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new RigError('invalid_input', `stdin could not be read (${code ?? message}).`, { cause: error });
  }
  if (length > 0) yield take();
}
