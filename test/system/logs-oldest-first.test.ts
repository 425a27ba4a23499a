import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openLogReader, openLogWriter } from '@rig-ops/logstore';
import { Captures } from '../../packages/supervisor/src/capture/capture.ts';

const MIB = 1024 * 1024;
const source = { kind: 'app', process: 'web', instance: 'web.1', release: 1 } as const;

/** A file system of 160 MiB that this test alone uses. */
let root = '';
before(() => {
  root = mkdtempSync(join(tmpdir(), 'rig-oldest-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m,mode=0700', 'tmpfs', root]);
});
after(() => {
  execFileSync('umount', [root]);
  rmSync(root, { recursive: true, force: true });
});

const segmentsOf = (store: string) => readdirSync(store).filter((name) => /\.(seg|sealed)$/.test(name));

/** Segments of 6 MiB that compress to half of that, written at these times. */
async function fill(store: string, times: readonly number[]): Promise<void> {
  const writer = await openLogWriter(store, { seal: false });
  for (const at of times) {
    for (let part = 0; part < 6; part += 1) {
      const bytes = Buffer.from(`${randomBytes(MIB / 2 - 1).toString('hex')}\n`);
      await writer.appendText({ at, source: { ...source, stream: 'stdout' }, bytes });
    }
    await writer.rotate();
  }
  await writer.close();
  // Opening it once more seals what is full.
  await (await openLogWriter(store)).close();
}

async function read(store: string): Promise<{ lines: string[]; gaps: string[] }> {
  const found = { lines: [] as string[], gaps: [] as string[] };
  for await (const batch of openLogReader(store).read({ signal: AbortSignal.timeout(60_000) })) {
    for (const record of batch) {
      if (record.type === 'gap') found.gaps.push(record.reason);
      else if (record.bytes.length < 100) found.lines.push(Buffer.from(record.bytes).toString());
    }
  }
  return found;
}

test('on a full disk the oldest segments of all apps go, and what an app prints then is stored', async () => {
  const layout = { spool: join(root, 'spool'), logs: join(root, 'logs'), logLimits: join(root, 'limits') };
  const [old, young] = [join(layout.logs, 'apps', 'old'), join(layout.logs, 'apps', 'young')];
  // More than is made free at once.
  await fill(
    old,
    Array.from({ length: 14 }, (_, segment) => 1_000 + segment),
  );
  await fill(young, [10_000, 20_000, 30_000]);
  const before = { old: segmentsOf(old).length, young: segmentsOf(young).length };
  const warnings: string[] = [];
  const log = { info: () => undefined, warn: (message: string) => void warnings.push(message) };
  const captures = new Captures(layout, log);
  const text = Array.from({ length: 20_000 }, (_, line) => `line ${line} `.padEnd(60, 'x'));
  try {
    await captures.withSpool('x', async (stdout) => {
      writeSync(stdout, `${text.join('\n')}\n`);
    });
    // Down to the last page: the store cannot take what waits in the spool.
    const filler = openSync(join(root, 'filler'), 'w');
    try {
      for (const chunk = Buffer.alloc(4096); ; ) writeSync(filler, chunk);
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
    } finally {
      closeSync(filler);
    }
    assert.equal(statfsSync(root).bavail, 0);
    const capture = captures.start({ spool: 'x', store: young, app: 'young', source });
    await capture.finish();
    await capture.close();
  } finally {
    captures.close();
  }
  assert.ok(warnings.includes('the disk is full: the oldest log lines were removed'), warnings.join('\n'));
  const { lines, gaps } = await read(young);
  assert.deepEqual(lines, text);
  assert.deepEqual(gaps, []);
  assert.ok(segmentsOf(old).length < before.old, 'the oldest are those of the app that is silent');
  assert.ok(segmentsOf(young).length >= before.young, 'younger ones stay as long as there are older');
});
