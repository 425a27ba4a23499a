import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import type { LogSource } from '@rig-ops/contract/log-record';
import { openLogReader, openLogWriter } from '@rig-ops/logstore';

it('a log on a full disk keeps what fits, says that the disk is full, and goes on once there is space', async () => {
  const root = await mkdtemp(join(tmpdir(), 'rig-full-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k,mode=700', 'rig-full', root]);
  try {
    const filler = join(root, 'filler');
    await writeFile(filler, Buffer.alloc(256 * 1024));
    const dir = join(root, 'store');
    const writer = await openLogWriter(dir);
    const source: LogSource = {
      kind: 'app',
      process: 'web',
      instance: 'web.1',
      release: 1,
      stream: 'stdout',
    };
    const append = () => writer.append([{ at: 1_700_000_000_000, source, bytes: Buffer.alloc(10_000, 'x') }]);
    let kept = 0;
    await assert.rejects(
      async () => {
        for (; kept < 1_000; kept += 1) await append();
      },
      { code: 'disk_full' },
    );
    assert.ok(kept > 5 && kept < 60, `${kept} appends fitted`);
    await rm(filler);
    assert.deepEqual(await append(), { epoch: 1, seq: kept + 1 });
    await writer.close();
    const seqs: number[] = [];
    for await (const batch of openLogReader(dir).read({ signal: AbortSignal.timeout(10_000) })) {
      for (const record of batch) seqs.push(record.type === 'line' ? record.cursor.seq : -1);
    }
    assert.deepEqual(
      seqs,
      Array.from({ length: kept + 1 }, (_, index) => index + 1),
    );
  } finally {
    execFileSync('umount', [root]);
    await rm(root, { recursive: true, force: true });
  }
});
