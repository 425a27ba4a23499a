import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, it } from 'node:test';
import type { AccessRecord } from '@rig-ops/contract/access-record';
import { openLogReader } from '@rig-ops/logstore';
import { StoredAccessLog, UNROUTED } from './stored-access-log.ts';

let folder = '';
const errors: unknown[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rig-access-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  assert.deepEqual(errors, []);
});

const record = (requestId: string): AccessRecord => ({
  type: 'connection',
  requestId,
  problem: 'refused',
  instance: 'web.1',
});
const routes = (...ids: string[]) => ({
  generation: 1,
  hostPort: 0,
  apps: ids.map((id) => ({ id, name: id, port: 1, hosts: [], release: 1, upstreams: [] })),
});

async function stored(id: string): Promise<string[]> {
  const lines: string[] = [];
  const { signal } = new AbortController();
  for await (const batch of openLogReader(join(folder, id)).read({ signal })) {
    for (const line of batch) {
      assert.ok(line.type === 'line' && line.source.kind === 'edge');
      lines.push((JSON.parse(Buffer.from(line.bytes).toString()) as AccessRecord).requestId);
    }
  }
  return lines;
}

it('keeps every record in the store of its app, in order', async () => {
  const log = new StoredAccessLog(folder, (error) => errors.push(error));
  log.retain(routes('a', 'b'));
  const expected: string[] = [];
  for (let index = 0; index < 3000; index += 1) {
    expected.push(String(index));
    log.write({ appId: 'a', instance: 'web.1', release: 1 }, record(String(index)));
  }
  log.write({ appId: 'b', instance: 'web.1', release: 1 }, record('of b'));
  log.write({ appId: null, instance: '-', release: 0 }, record('of nobody'));
  await log.close();
  assert.deepEqual(await stored('a'), expected);
  assert.deepEqual(await stored('b'), ['of b']);
  assert.deepEqual(await stored(UNROUTED), ['of nobody']);
});

it('does not bring the store of an app back that is gone', async () => {
  const log = new StoredAccessLog(folder, (error) => errors.push(error));
  log.retain(routes('a'));
  log.retain(routes());
  log.write({ appId: 'a', instance: 'web.1', release: 1 }, record('late'));
  await log.close();
  assert.equal(existsSync(join(folder, 'a')), false);
});
