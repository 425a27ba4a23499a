import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openLogReader, type StoredRecord } from './index.ts';

const program = fileURLToPath(new URL('testing/append-from-spool.ts', import.meta.url));
const LINES = 120_000;

it('stores each line of a spool file once, however often its writer is killed', {
  timeout: 120_000,
}, async () => {
  const root = await mkdtemp(join(tmpdir(), 'rig-logstore-'));
  const store = join(root, 'store');
  const spool = join(root, 'spool');
  await writeFile(spool, Array.from({ length: LINES }, (_, index) => `line ${index}\n`).join(''));
  const follower = new AbortController();
  const seen: StoredRecord[] = [];
  const following = (async () => {
    const signal = new AbortController().signal;
    for await (const batch of openLogReader(store).read({ follow: true, until: follower.signal, signal })) {
      seen.push(...batch);
    }
  })();
  let kills = 0;
  try {
    for (let round = 0; ; round += 1) {
      const child = spawn(process.execPath, ['--conditions=rig-source', program, store, spool], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const before = seen.length;
      // Dies once the follower has seen some more, which is at another point of its work each time.
      const killer = setInterval(() => {
        if (round < 8 && seen.length > before + round * 97) child.kill('SIGKILL');
      }, 1);
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
      const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
      clearInterval(killer);
      if (output.includes('done')) {
        // The kill of this round may have come between its last word and its end.
        assert.ok(code === 0 || signal === 'SIGKILL', `${code} ${signal}`);
        break;
      }
      kills += 1;
      assert.ok(kills <= 8, 'the writer ends once nobody kills it');
    }
    follower.abort();
    await following;
    assert.ok(kills >= 3, `only ${kills} kills met a running writer`);
    const lines = seen.filter((record) => record.type === 'line');
    assert.equal(lines.length, seen.length, 'no gap');
    assert.equal(lines.length, LINES);
    for (const [index, { bytes, cursor }] of lines.entries()) {
      assert.equal(Buffer.from(bytes).toString(), `line ${index}`);
      assert.equal(cursor.seq, index + 1);
    }
  } finally {
    follower.abort();
    await following;
    await rm(root, { recursive: true, force: true });
  }
});
