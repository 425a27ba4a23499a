import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type PlatformLayout, platformLayout } from '@rig-ops/contract/layout';
import type { PlatformRecord, SupervisorConfig } from '@rig-ops/contract/supervisor';
import { sendRequest } from './testing/send-request.ts';
import { makeTemporaryFolder } from './testing/temporary-folder.ts';
import { TEST_TOKEN } from './testing/test-token.ts';
import { waitUntil } from './testing/wait-until.ts';

const prepare = async (t: TestContext, changes: Partial<SupervisorConfig> = {}): Promise<PlatformLayout> => {
  const rigHome = await makeTemporaryFolder(t);
  const layout = platformLayout(rigHome);
  await mkdir(layout.root);
  await writeFile(layout.token, TEST_TOKEN);
  const config: SupervisorConfig = {
    rigHome,
    node: process.execPath,
    nodeArguments: [],
    entries: { rigd: '', edge: '' },
    apiPort: 0,
    edgePort: 0,
    baseEnvironment: {},
    version: '1.2.3',
    ...changes,
  };
  await writeFile(layout.supervisorConfig, JSON.stringify(config));
  return layout;
};

interface Rigd {
  child: ChildProcess;
  output: () => string;
  ended: Promise<{ exitCode: number | null; signal: string | null }>;
}

const start = (t: TestContext, layout: PlatformLayout): Rigd => {
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, ['--conditions=rig-source', main, join(layout.root, '..')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk) => {
    output += String(chunk);
  });
  const ended = once(child, 'close').then(([exitCode, signal]) => ({ exitCode, signal }) as never);
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, output: () => output, ended };
};

const recordOf = async (layout: PlatformLayout, rigd: Rigd): Promise<PlatformRecord> =>
  waitUntil(async () => {
    if (rigd.child.exitCode !== null) throw new Error(`rigd ended: ${rigd.output()}`);
    try {
      const record = JSON.parse(await readFile(layout.platformRecord, 'utf8')) as PlatformRecord;
      return record.pid === rigd.child.pid ? record : undefined;
    } catch {
      return undefined;
    }
  }, 'the record of rigd');

describe('rigd', () => {
  it('is there again with everything after kill -9, at the same URL, and ends in order on SIGTERM', async (t) => {
    const layout = await prepare(t);
    const first = start(t, layout);
    const record = await recordOf(layout, first);
    const send = (method: string, path: string, body?: object) =>
      sendRequest({
        socketPath: layout.rigdSocket,
        method,
        path,
        token: TEST_TOKEN,
        ...(body === undefined ? {} : { body }),
      });
    assert.equal((await send('POST', '/v1/apps', { name: 'shop' })).status, 201);
    first.child.kill('SIGKILL');
    await first.ended;

    const second = start(t, layout);
    assert.equal((await recordOf(layout, second)).url, record.url);
    assert.equal((await send('GET', '/v1/apps/shop')).status, 200);
    const stat = await readFile(`/proc/${second.child.pid}/stat`, 'utf8');
    assert.equal((await recordOf(layout, second)).startTime, stat.split(') ')[1]?.split(' ')[19]);
    second.child.kill('SIGTERM');
    assert.deepEqual(await second.ended, { exitCode: 0, signal: null });
    await assert.rejects(readFile(layout.platformRecord), { code: 'ENOENT' });
  });

  it('says in its log which port is taken', async (t) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    t.after(() => other.close());
    const { port } = other.address() as AddressInfo;
    const rigd = start(t, await prepare(t, { apiPort: port }));
    assert.deepEqual(await rigd.ended, { exitCode: 7, signal: null });
    const line = rigd.output().trim().split('\n').at(-1) ?? '';
    const { level, code, port: told } = JSON.parse(line) as Record<string, unknown>;
    assert.deepEqual({ level, code, told }, { level: 'error', code: 'port_taken', told: port });
  });

  it('says what is wrong with its settings', async (t) => {
    const layout = await prepare(t);
    await writeFile(layout.supervisorConfig, '{');
    const rigd = start(t, layout);
    assert.deepEqual(await rigd.ended, { exitCode: 3, signal: null });
    assert.match(rigd.output(), /"config_unreadable"/);
  });
});
