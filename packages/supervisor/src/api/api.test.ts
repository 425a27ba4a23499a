import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createInterface } from 'node:readline';
import type { SupervisorEvent } from '@rig-ops/contract/supervisor';
import { TestSupervisor } from '../testing/test-supervisor.ts';

let supervisor: TestSupervisor;
before(async () => {
  supervisor = new TestSupervisor();
  await supervisor.start();
});
after(() => supervisor.close());

test('nothing is answered without the cookie', async () => {
  for (const authorization of ['', 'Bearer wrong', 'Basic eA==']) {
    const { status, value } = await supervisor.request('GET', '/v1/state', '', { authorization });
    assert.equal(status, 401);
    assert.partialDeepStrictEqual(value, { error: { code: 'not_authenticated' } });
  }
});

test('what is wrong with a request is said', async () => {
  for (const [method, path, body, status, code] of [
    ['GET', '/v1/nothing', '', 404, 'route_not_found'],
    ['DELETE', '/v1/state', '', 404, 'route_not_found'],
    ['PUT', '/v1/instances/x', '{', 400, 'malformed_json'],
    ['PUT', '/v1/instances/x', '[]', 400, 'invalid_input'],
    ['PUT', '/v1/instances/..', '{}', 400, 'invalid_input'],
    ['PUT', '/v1/instances/x', JSON.stringify(supervisor.specOf('y', ['true'])), 400, 'invalid_input'],
    ['PUT', '/v1/instances/x', JSON.stringify(supervisor.specOf('x', [])), 400, 'invalid_input'],
    ['PUT', '/v1/jobs/x', '{"id":"x","steps":[{}],"preamble":[]}', 400, 'invalid_input'],
    ['POST', '/v1/instances/x/stop', '{"graceMs":"soon"}', 400, 'invalid_input'],
    ['PUT', '/v1/jobs/x', ' '.repeat(9 * 1024 * 1024), 413, 'body_too_large'],
  ] as const) {
    const answer = await supervisor.request(method, path, body);
    assert.equal(answer.status, status, `${method} ${path}`);
    assert.partialDeepStrictEqual(answer.value, { error: { code } });
  }
  assert.deepEqual((await supervisor.state()).instances, []);
});

test('a client of another protocol is refused', async () => {
  const answer = await supervisor.request('GET', '/v1/state', '', { 'x-rig-supervisor-protocol': '2' });
  assert.equal(answer.status, 409);
});

test('what is not known can be stopped and forgotten', async () => {
  for (const [method, path, body] of [
    ['POST', '/v1/instances/none/stop', '{"graceMs":1}'],
    ['DELETE', '/v1/instances/none', ''],
    ['POST', '/v1/jobs/none/cancel', ''],
    ['DELETE', '/v1/jobs/none', ''],
  ] as const) {
    assert.deepEqual(await supervisor.request(method, path, body), { status: 200, value: {} });
  }
});

test('a watch begins with everything and goes on with what changes', async () => {
  const response = await supervisor.open('GET', '/v1/watch', '');
  const events: SupervisorEvent[] = [];
  const lines = createInterface({ input: response });
  const seen = (async () => {
    for await (const line of lines) {
      const event = JSON.parse(line) as SupervisorEvent;
      events.push(event);
      if (event.type === 'instance' && event.instance.state === 'exited') break;
    }
  })();
  await supervisor.run('ins_1', ['sh', '-c', 'exit 3']);
  await seen;
  response.destroy();
  const [first] = events;
  assert.equal(first?.type, 'snapshot');
  const states = events.flatMap((event) =>
    event.type === 'instance'
      ? [[event.instance.spec.id, event.instance.state, event.instance.exitCode]]
      : [],
  );
  assert.deepEqual(states.at(0), ['ins_1', 'running', null]);
  assert.deepEqual(states.at(-1), ['ins_1', 'exited', 3]);
});
