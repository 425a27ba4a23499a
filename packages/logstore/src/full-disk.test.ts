import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openLogWriter } from './index.ts';
import { readAll } from './testing/read-all.ts';

const program = fileURLToPath(new URL('testing/append-until-full.ts', import.meta.url));

it('fails an append that does not fit, leaves nothing of it and goes on when it fits', async () => {
  const root = await mkdtemp(join(tmpdir(), 'rig-logstore-'));
  try {
    const dir = join(root, 'store');
    const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=rig-source', program, dir]);
    // Of appends written together, those that fit are kept; a failed one moves no spool position.
    const outcomes = JSON.parse(stdout) as (number | string)[];
    assert.deepEqual(outcomes.slice(0, 2), [1, 2]);
    assert.equal(outcomes.filter((outcome) => String(outcome).startsWith('disk_full')).length, 3);
    assert.equal(outcomes.at(-1), 3);
    const records = await readAll(dir);
    assert.deepEqual(
      records.map((record) => record.type === 'line' && Buffer.from(record.bytes).toString().slice(0, 1)),
      ['a', 'b', 'f'],
    );
    const writer = await openLogWriter(dir);
    assert.deepEqual(writer.end, { epoch: 1, seq: 3 });
    await writer.close();
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
