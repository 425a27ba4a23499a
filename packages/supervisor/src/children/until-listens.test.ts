import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { untilListens } from './until-listens.ts';

test('it is waited for who is to listen, and no longer than was said', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rig-listens-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'edge.sock');
  await untilListens(path, 50);

  let listens = false;
  const waited = untilListens(path, 60_000).then(() => assert.equal(listens, true));
  const server = createServer((socket) => socket.destroy());
  server.listen(path, () => {
    listens = true;
  });
  await waited;
  server.close();
});
