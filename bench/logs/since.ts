import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLogWriter } from '../../packages/logstore/src/index.ts';
import { LINE_BYTES } from './sample-lines.ts';
import { untilSealed } from './search.ts';

const child = fileURLToPath(new URL('search-child.ts', import.meta.url));
const source = { kind: 'app', process: 'web', instance: 'web.1', release: 1, stream: 'stdout' } as const;
const CHUNK_BYTES = 200_000;
const BEGIN = Date.UTC(2026, 0, 1);

/** What `since` reads of a large store. */
export async function benchSince(folder: string, megabytes: number): Promise<void> {
  const store = join(folder, 'since');
  const writer = await openLogWriter(store);
  const line = `${'INFO nothing happens '.repeat(10).slice(0, LINE_BYTES - 1)}\n`;
  const bytes = Buffer.from(line.repeat(CHUNK_BYTES / LINE_BYTES));
  const chunks = (megabytes * 1e6) / CHUNK_BYTES;
  // A minute for each chunk.
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    await writer.appendText({ at: BEGIN + chunk * 60_000, source, bytes });
  }
  await writer.rotate();
  await untilSealed(store);
  await writer.close();
  const files = readdirSync(store).map((name) => statSync(join(store, name)).size);
  const whole = files.reduce((sum, size) => sum + size, 0);
  console.log(
    `\nsince, on ${megabytes} MB of lines in ${files.length} files of ${(whole / 1e6).toFixed(1)} MB`,
  );
  for (const minutes of [10, 120]) {
    const since = new Date(BEGIN + (chunks - minutes) * 60_000).toISOString();
    const argv = ['--conditions=rig-source', child, store, '', '0', since];
    const { lines, bytes: read } = JSON.parse(execFileSync(process.execPath, argv, { encoding: 'utf8' })) as {
      lines: number;
      bytes: number;
    };
    console.log(
      `  the last ${String(minutes).padStart(3)} min  ${lines} lines, ${(read / 1000).toFixed(0)} kB read: ${((read / whole) * 100).toFixed(2)} %`,
    );
  }
}
