import assert from 'node:assert/strict';
import { it } from 'node:test';
import { drainSinkContract } from '../testing/drain-sink-contract.ts';
import { startOtlpReceiver } from '../testing/otlp-receiver.ts';
import type { DrainRecord } from '../drain-sink.ts';
import { createOtlpSink } from './otlp-sink.ts';

drainSinkContract('otlp', createOtlpSink, startOtlpReceiver);

const origin = { scope: 'rig.audit', platform: 'plt_1', version: '1.2.3' };
const record: DrainRecord = {
  at: '2026-01-02T03:04:05.678Z',
  severity: 'info',
  event: 'app.create',
  body: 'x',
  attributes: {},
};

it('sends its headers, and takes every answer for what it is', async (t) => {
  const receiver = await startOtlpReceiver(t);
  const sink = createOtlpSink(receiver.target, origin);
  const { signal } = new AbortController();
  await sink.send([record], signal);
  const [request] = receiver.requests;
  assert.deepEqual(
    [request?.method, request?.url, request?.headers.authorization, request?.headers['content-type']],
    ['POST', '/v1/logs', 'Bearer sesame', 'application/json'],
  );
  receiver.answer.body = '{"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"too old"}}';
  assert.deepEqual(await sink.send([record], signal), { rejected: 2, message: 'too old' });
  for (const body of ['', 'null', '\u0000protobuf']) {
    receiver.answer.body = body;
    assert.deepEqual(await sink.send([record], signal), { rejected: 0, message: undefined });
  }
  for (const status of [301, 400, 401, 404, 429, 500, 503]) {
    receiver.answer.status = status;
    await assert.rejects(sink.send([record], signal), {
      code: 'drain_failed',
      message: new RegExp(`${status}`),
    });
  }
});
