import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { it, type TestContext } from 'node:test';
import type { DrainRecord } from '../drain-sink.ts';
import { drainSinkContract, type ReceivedRecord, type TestReceiver } from '../testing/drain-sink-contract.ts';
import { createNdjsonSink } from './ndjson-sink.ts';

async function startReceiver(t: Pick<TestContext, 'after'>): Promise<TestReceiver & { status: number }> {
  const received: ReceivedRecord[] = [];
  const state = { status: 204 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      assert.equal(request.headers['content-type'], 'application/x-ndjson');
      const lines = Buffer.concat(chunks).toString().split('\n').slice(0, -1);
      for (const line of lines) {
        const { at, event, body, attributes } = JSON.parse(line) as DrainRecord;
        const texts = Object.entries(attributes).map(([name, value]) => [name, String(value)]);
        received.push({ at, event, body, attributes: Object.fromEntries(texts) as Record<string, string> });
      }
      response.writeHead(state.status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as { port: number };
  return Object.assign(state, {
    received,
    target: {
      kind: 'ndjson' as const,
      secure: false,
      hostname: '127.0.0.1',
      port,
      path: '/in',
      allowPrivate: true,
      headers: {},
      ca: undefined,
    },
  });
}

drainSinkContract('ndjson', createNdjsonSink, startReceiver);

it('takes a status that is no success for a failure', async (t) => {
  const receiver = await startReceiver(t);
  const sink = createNdjsonSink(receiver.target, { scope: 'rig.logs', platform: 'plt_1', version: '1' });
  const { signal } = new AbortController();
  const record: DrainRecord = {
    at: '2026-01-02T03:04:05.678Z',
    severity: 'info',
    event: 'x',
    body: '',
    attributes: {},
  };
  for (const status of [302, 400, 503]) {
    receiver.status = status;
    await assert.rejects(sink.send([record], signal), { code: 'drain_failed' });
  }
});
