import { existsSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ErrorDocument, toErrorDocument } from '@rig-ops/contract/errors';
import { confine } from './confine.ts';
import type { Copied } from './copied.ts';
import { pack } from './pack.ts';
import { receiveFile } from './receive-file.ts';
import { nameOf } from './scan-tree.ts';
import { sendFile } from './send-file.ts';
import { unpack, type UnpackOptions } from './unpack.ts';

/** What the program on the side of an app is told, as JSON in its one argument. */
export interface CopyProgram {
  /** `in` reads stdin, `out` writes stdout. */
  direction: 'in' | 'out';
  /** Relative to the folder it runs in. */
  path: string;
  recursive: boolean;
  /** The bytes of one file instead of an archive. */
  raw: boolean;
  noClobber: boolean;
  /** Folders out of which nothing leads. */
  roots: string[];
}

/** What it tells, one JSON document a line on stderr; `done` or `failed` is the last. */
export type CopyMessage =
  | { type: 'total'; files: number; bytes: number }
  | { type: 'progress'; bytes: number }
  | ({ type: 'done' } & Copied)
  | { type: 'failed'; error: ErrorDocument };

const PROGRESS_MS = 100;

/** Copies on the side of an app, as the user of the app. @returns its exit code */
export async function runCopyProgram(program: CopyProgram): Promise<number> {
  try {
    const copied = program.direction === 'in' ? await copyIn(program) : await copyOut(program);
    tell({ type: 'done', ...copied });
    return 0;
  } catch (error) {
    tell({ type: 'failed', error: toErrorDocument(error) });
    return 1;
  }
}

async function copyOut({ path, recursive, raw, roots }: CopyProgram): Promise<Copied> {
  const shown = path;
  const source = confine(path, roots, shown);
  const common = {
    shown,
    write: async (bytes: Uint8Array) => writeAll(bytes),
    onTotal: (total: { files: number; bytes: number }) => tell({ type: 'total', ...total }),
  };
  return raw
    ? await sendFile(source, common)
    : await pack(source, { ...common, recursive, name: nameOf(path) });
}

async function copyIn({ path, raw, noClobber, roots }: CopyProgram): Promise<Copied> {
  const shown = path;
  confine(path, roots, shown);
  let toldAt = 0;
  const options: UnpackOptions = {
    destination: path,
    shown,
    noClobber,
    onProgress: (bytes) => {
      const now = performance.now();
      if (now - toldAt < PROGRESS_MS) return;
      toldAt = now;
      tell({ type: 'progress', bytes });
    },
    allow: (place) => {
      confine(dirname(place), roots, shown);
      if (existsSync(place) && statSync(place).isDirectory()) confine(place, roots, shown);
    },
  };
  // Whoever ends it lets it tidy up: it stops behind what it is writing.
  process.once('SIGTERM', () => process.stdin.destroy(new Error('The copy was ended.')));
  const chunks = process.stdin as AsyncIterable<Buffer>;
  return raw ? await receiveFile(chunks, options) : await unpack(chunks, options);
}

/** Waits as long as nobody reads: the memory of a stream is not needed. */
function writeAll(bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(1, bytes, done, bytes.length - done);
}

const tell = (message: CopyMessage): void => {
  writeSync(2, `${JSON.stringify(message)}\n`);
};
