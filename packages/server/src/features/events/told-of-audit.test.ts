import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEvent } from '@rig-ops/contract/resources';
import { toldOfAudit } from './told-of-audit.ts';

const record = (change: Partial<AuditEvent>): AuditEvent => ({
  id: 1,
  at: '2026-01-02T03:04:05.678Z',
  user: 'ada',
  action: 'config.change',
  target: 'app/shop',
  result: 'succeeded',
  errorCode: null,
  client: '203.0.113.9',
  invocationId: 'inv_1',
  requestId: 'req_1',
  details: {},
  ...change,
});

test('a change of configuration tells the names, and nothing else of the record', () => {
  const details = { keys: ['API_KEY', 'MODE'], purpose: 'sesame' };
  assert.deepEqual(toldOfAudit(record({ details })), {
    app: 'shop',
    kind: 'config.changed',
    user: 'ada',
    message: 'ada changed API_KEY, MODE of shop.',
    details: { keys: ['API_KEY', 'MODE'] },
  });
});

test('a role is told with whom it was given, and where', () => {
  const grant = record({
    action: 'access.grant',
    target: 'network/inner',
    details: { user: 'bob', role: 'viewer' },
  });
  assert.deepEqual(toldOfAudit(grant), {
    app: null,
    network: 'inner',
    kind: 'access.granted',
    user: 'ada',
    message: 'ada made bob viewer on network/inner.',
    details: { user: 'bob', role: 'viewer', target: 'network/inner' },
  });
  const own = record({ action: 'token.create', target: 'user/me' });
  assert.deepEqual(toldOfAudit(own)?.details, { user: 'ada' });
});

test('what was refused, has failed or is only begun is not told; a session as it begins, and however it ends', () => {
  for (const result of ['refused', 'failed', 'started'] as const)
    assert.equal(toldOfAudit(record({ result })), undefined);
  const start = { action: 'session.start', details: { session: 'ses_1', kind: 'shell', argv: ['bash'] } };
  assert.deepEqual(toldOfAudit(record({ ...start, result: 'started' }))?.details, {
    session: 'ses_1',
    kind: 'shell',
  });
  assert.equal(toldOfAudit(record({ ...start, result: 'failed' })), undefined);
  const end = { action: 'session.end', details: { kind: 'shell', end: 'abandoned', seconds: 3 } };
  assert.equal(toldOfAudit(record({ ...end, result: 'failed' }))?.kind, 'session.ended');
  assert.equal(toldOfAudit(record({ action: 'audit.read' })), undefined);
  assert.equal(toldOfAudit(record({ action: 'constructor' })), undefined);
});
