import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogSource } from '@rig-ops/contract/log-record';
import { openLogReader } from '@rig-ops/logstore';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import { type InstanceRecord, instanceName } from './instance-store.ts';

/** How many records at the end of a store are looked through for lines of one source. */
const LOOKED_THROUGH = 500;
const MAX_LINE_LENGTH = 500;
/** How long output that was written before an end may take to arrive in the store. */
const SETTLE_MS = 1_000;
const POLL_MS = 50;

async function readMatching(folder: string, matches: (source: LogSource) => boolean): Promise<string[]> {
  const lines: string[] = [];
  const decoder = new TextDecoder();
  const reader = openLogReader(folder);
  for await (const batch of reader.read({ tail: LOOKED_THROUGH, signal: AbortSignal.timeout(5_000) })) {
    for (const record of batch) {
      if (record.type === 'line' && matches(record.source))
        lines.push(decoder.decode(record.bytes).slice(0, MAX_LINE_LENGTH));
    }
  }
  return lines;
}

/**
 * The last lines of what has just ended, for an error. Capture runs behind the end, so it waits until two
 * looks see the same, at most a second. A log that cannot be read gives no lines: the error counts more.
 */
export async function readLastLines(
  folder: string,
  matches: (source: LogSource) => boolean,
  count = 20,
): Promise<string[]> {
  const exists = await access(folder).then(
    () => true,
    () => false,
  );
  if (!exists) return [];
  const deadline = Date.now() + SETTLE_MS;
  let before = -1;
  let lines: string[] = [];
  for (;;) {
    try {
      lines = await readMatching(folder, matches);
    } catch {
      return [];
    }
    if ((lines.length > 0 && lines.length === before) || Date.now() >= deadline) return lines.slice(-count);
    before = lines.length;
    await delay(POLL_MS);
  }
}

/** Of instances whose logs are in a folder each by the id of their app. */
export function lastLinesIn(folder: string, mirror: Pick<EngineMirror, 'instance'>) {
  return (instance: InstanceRecord): Promise<string[]> =>
    readLastLines(
      join(folder, instance.appId),
      (source) =>
        source.kind === 'app' &&
        // One that was taken over by another release goes on as what it was started for.
        source.release === (mirror.instance(instance.id)?.spec.release ?? instance.release) &&
        source.instance === instanceName(instance),
    );
}
