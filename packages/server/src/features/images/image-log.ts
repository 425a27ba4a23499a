import { join } from 'node:path';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import { type LogWriter, openLogWriter } from '@rig-ops/logstore';

/** More of one step is not held back for the end of a line. */
const MAX_OPEN_BYTES = 64 * 1024;
/** What waits for the disk is bounded: whoever writes more waits. */
const MAX_WAITING = 256;

/** The log of the build of an image, with records as the steps of other builds have them. */
export interface ImageLog {
  /** Bytes that steps have printed. */
  readonly printed: number;
  /** Lines of the platform's own. */
  tell: (step: string, ...lines: string[]) => Promise<void>;
  /** Takes what a step has printed, in pieces that end anywhere. */
  print: (step: string, stream: 'stdout' | 'stderr', bytes: Buffer) => Promise<void>;
  /** Writes what no line end came for, and lets others in. */
  close: () => Promise<void>;
}

const sourceOf = (step: string, stream: 'stdout' | 'stderr') =>
  ({ kind: 'build', process: 'build', instance: step, release: 0, stream }) as const;

/** Opens the log of a build. @throws RigError `disk_full` */
export async function openImageLog(
  { logs }: Pick<PlatformLayout, 'logs'>,
  buildId: string,
): Promise<ImageLog> {
  const writer = await openLogWriter(join(logs, 'builds', buildId));
  const open = new Map<string, { step: string; stream: 'stdout' | 'stderr'; rest: Buffer }>();
  const waiting = new Set<Promise<unknown>>();
  let printed = 0;
  const write = async (...text: Parameters<LogWriter['appendText']>) => {
    // A log that cannot be written must not end a build.
    const writing = writer.appendText(...text).catch(() => undefined);
    waiting.add(writing);
    void writing.finally(() => waiting.delete(writing));
    if (waiting.size >= MAX_WAITING) await Promise.race(waiting);
  };
  const flush = async (key: string) => {
    const part = open.get(key);
    open.delete(key);
    if (part === undefined || part.rest.length === 0) return;
    await write({ at: Date.now(), source: sourceOf(part.step, part.stream), bytes: part.rest, tail: 'ends' });
  };
  return {
    get printed() {
      return printed;
    },
    async tell(step, ...lines) {
      for (const key of open.keys()) if (open.get(key)?.step === step) await flush(key);
      const source = { ...sourceOf(step, 'stdout'), kind: 'platform' } as const;
      await write({ at: Date.now(), source, bytes: Buffer.from(`${lines.join('\n')}\n`) });
    },
    async print(step, stream, bytes) {
      printed += bytes.length;
      const key = `${stream} ${step}`;
      const before = open.get(key)?.rest ?? Buffer.alloc(0);
      const all = before.length === 0 ? bytes : Buffer.concat([before, bytes]);
      const end = all.lastIndexOf(0x0a) + 1;
      if (end > 0)
        await write({
          at: Date.now(),
          source: sourceOf(step, stream),
          bytes: Buffer.from(all.subarray(0, end)),
        });
      open.set(key, { step, stream, rest: Buffer.from(all.subarray(end)) });
      if (all.length - end > MAX_OPEN_BYTES) await flush(key);
    },
    async close() {
      for (const key of open.keys()) await flush(key);
      await Promise.all(waiting);
      await writer.close();
    },
  };
}
