import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { type TestContext, test } from 'node:test';
import type { Status } from '@rig-ops/contract/resources';
import { runCommand } from '@rig-ops/kit/harness';
import { statusOf } from '../testing/status-of.ts';
import StatusCommand from './status.ts';

const status = statusOf({
  healthy: false,
  problems: [{ code: 'edge_down', app: null, message: 'The edge does not listen.', fix: 'Look at its log.' }],
});

/** A platform that answers one status. */
async function serveStatus(t: TestContext, answer: Status) {
  const server = createServer((request, response) => {
    assert.equal(request.url, '/v1/status');
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { rigHome: tmpdir(), target: { name: 'test', url, token: 't' } };
}

test('problems are shown; they change the exit code only with --check', async (t) => {
  const options = await serveStatus(t, status);
  const shown = await runCommand(StatusCommand, [], options);
  assert.equal(shown.exitCode, 0);
  assert.match(shown.stdout, /1 problem\n {2}! The edge does not listen\.\n {4}fix: Look at its log\./);
  const checked = await runCommand(StatusCommand, ['--check'], options);
  assert.equal(checked.exitCode, 21);
  assert.equal(checked.error, undefined);
});

test('a healthy platform passes the check, and its result is what the platform said', async (t) => {
  const healthy = { ...status, healthy: true, problems: [] };
  const outcome = await runCommand(StatusCommand, ['--check'], {
    ...(await serveStatus(t, healthy)),
    machine: true,
  });
  assert.equal(outcome.exitCode, 0);
  assert.deepEqual(outcome.result, healthy);
  assert.equal(outcome.stdout, '');
});

test('where no platform runs it says so, and starts none', async () => {
  const outcome = await runCommand(StatusCommand, ['--check'], { rigHome: tmpdir() });
  assert.equal(outcome.exitCode, 8);
  assert.equal((outcome.error as { code?: string }).code, 'platform_not_running');
});
