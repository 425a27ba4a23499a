import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { serveProbes } from './serve-probes.ts';

test('life is told here, readiness by rigd, and neither more than that', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rig-probes-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const rigdSocket = join(folder, 'rigd.sock');
  let ending = false;
  const probes = await serveProbes({ host: '127.0.0.1', port: 0, rigdSocket, ends: () => ending });
  t.after(() => probes.close());
  const ask = async (path: string, method = 'GET') => {
    const answer = await fetch(`http://127.0.0.1:${probes.port}${path}`, { method });
    const { error, ...rest } = (await answer.json()) as { error?: { code: string; message: string } };
    return [answer.status, error?.code ?? rest];
  };

  // No rigd yet, as when it waits for its database.
  assert.deepEqual(await ask('/livez'), [200, { alive: true }]);
  assert.deepEqual(await ask('/readyz'), [503, 'not_ready']);

  let answers = {
    status: 503,
    body: { error: { code: 'database_unavailable', message: 'It is away.' } } as object,
  };
  const rigd = createServer((request, answer) => {
    assert.equal(request.url, '/readyz');
    answer.writeHead(answers.status).end(JSON.stringify(answers.body));
  });
  await new Promise<void>((resolve) => rigd.listen(rigdSocket, resolve));
  t.after(() => rigd.close());
  assert.deepEqual(await ask('/readyz'), [503, 'database_unavailable']);
  answers = { status: 200, body: { ready: true } };
  assert.deepEqual(await ask('/readyz'), [200, { ready: true }]);

  ending = true;
  assert.deepEqual(await ask('/readyz'), [503, 'not_ready']);
  assert.deepEqual(await ask('/livez'), [200, { alive: true }]);

  assert.deepEqual(await ask('/v1/version'), [404, 'route_not_found']);
  assert.deepEqual(await ask('/readyz?x', 'POST'), [404, 'route_not_found']);
  await assert.rejects(serveProbes({ host: '127.0.0.1', port: probes.port, rigdSocket, ends: () => false }), {
    code: 'port_taken',
  });
});
