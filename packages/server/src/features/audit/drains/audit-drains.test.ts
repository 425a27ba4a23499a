import assert from 'node:assert/strict';
import { it } from 'node:test';
import { recordOfLine } from '@rig-ops/contract/audit-chain';
import type { AuditDrain, AuditEvent, Problem } from '@rig-ops/contract/resources';
import { startOtlpReceiver } from '../../../drains/testing/otlp-receiver.ts';
import { startSyslogReceiver } from '../../../drains/testing/syslog-receiver.ts';
import { startTestServer } from '../../../testing/start-test-server.ts';
import { waitUntil } from '../../../testing/wait-until.ts';

const seqs = (received: readonly { attributes: Readonly<Record<string, string>> }[]) =>
  received.flatMap(({ attributes: { seq } }) => (seq === undefined ? [] : [Number(seq)]));

it('sends the chain on from where the receiver is, over restarts, and shows how that goes', async (t) => {
  const otlp = await startOtlpReceiver(t);
  const syslog = await startSyslogReceiver(t);
  const server = await startTestServer(t);
  const drains = async (from = server) =>
    (await from.send('GET', '/v1/audit/drains')).json.drains as AuditDrain[];
  const added = await server.send('POST', '/v1/audit/drains', {
    body: {
      name: 'otel',
      url: otlp.url,
      headers: { authorization: 'Bearer s3same' },
      allowPrivate: true,
      fromStart: true,
    },
  });
  assert.equal(added.status, 201, added.text);
  const url = `syslog://127.0.0.1:${syslog.target.port}`;
  await server.send('POST', '/v1/audit/drains', { body: { name: 'siem', url, allowPrivate: true } });
  await server.send('POST', '/v1/apps', { body: { name: 'shop' } });
  await waitUntil(async () => (await drains()).every(({ lag }) => lag === 0), 'both to be up to date');
  const [otel, siem] = await drains();
  assert.deepEqual([otel?.headerNames, otel?.failures, siem?.failures], [['authorization'], 0, 0]);
  assert.doesNotMatch(JSON.stringify(await drains()), /s3same/);
  assert.equal(seqs(otlp.received)[0], 1);
  assert.ok((seqs(syslog.received)[0] ?? 0) > 2);
  const last = recordOfLine(syslog.received.at(-1)?.body ?? '');
  assert.equal((JSON.parse(last?.record ?? '{}') as AuditEvent).action, 'app.create');

  const tested = await server.send('POST', '/v1/audit/drains/siem/test');
  assert.equal(tested.status, 200, tested.text);
  assert.equal(
    syslog.received.at(-1)?.event === 'audit.drain.test' ||
      syslog.received.at(-2)?.event === 'audit.drain.test',
    true,
  );

  otlp.answer.status = 503;
  await server.send('POST', '/v1/apps', { body: { name: 'blog' } });
  await waitUntil(async () => ((await drains())[0]?.failures ?? 0) >= 3, 'three failures');
  const status = await server.send('GET', '/v1/status');
  assert.ok((status.json.problems as Problem[]).some(({ code }) => code === 'audit_drain_failing'));
  const failedTest = await server.send('POST', '/v1/audit/drains/otel/test');
  assert.deepEqual([failedTest.status, failedTest.json.error?.code], [502, 'drain_failed']);
  await server.close();
  otlp.answer.status = 200;
  const again = await startTestServer(t, { rigHome: server.rigHome });
  await waitUntil(
    async () => (await drains(again)).every(({ lag }) => lag === 0),
    'both to be up to date again',
  );
  const received = seqs(otlp.received);
  assert.deepEqual(
    [...new Set(received)],
    Array.from({ length: Math.max(...received) }, (_, index) => index + 1),
  );

  assert.equal((await again.send('DELETE', '/v1/audit/drains/otel')).status, 200);
  assert.equal((await again.send('DELETE', '/v1/audit/drains/otel')).json.error?.code, 'drain_not_found');
  assert.equal((await drains(again)).length, 1);
});

it('refuses what it may not send to, and names that are taken', async (t) => {
  const server = await startTestServer(t);
  const add = async (body: object) =>
    (await server.send('POST', '/v1/audit/drains', { body })).json.error?.code;
  assert.equal(await add({ name: 'a', url: 'http://127.0.0.1:1' }), 'drain_target_refused');
  assert.equal(await add({ name: 'a', url: 'https://me:pw@example.com' }), 'invalid_input');
  assert.equal(await add({ name: 'a', url: 'http://x', headers: { 'bad header': 'x' } }), 'invalid_input');
  assert.equal(
    await add({ name: 'a', url: 'http://x', headers: { good: 'in\r\njected: x' } }),
    'invalid_input',
  );
  assert.equal(await add({ name: 'a', url: 'http://x', headers: { Host: 'x' } }), 'invalid_input');
  assert.equal(await add({ name: 'A', url: 'http://x.example' }), 'invalid_name');
  assert.equal(await add({ name: 'a', url: 'https://192.0.2.1' }), undefined);
  assert.equal(await add({ name: 'a', url: 'https://192.0.2.1' }), 'drain_exists');
  const { events } = (await server.send('GET', '/v1/audit?action=audit.drain.create&result=refused')).json;
  const [refused] = events as AuditEvent[];
  assert.deepEqual([refused?.target, refused?.errorCode], ['drain/a', 'drain_target_refused']);
});
