import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';
import { FakeEngine } from '../../engines/fake/fake-engine.ts';
import { startTestServer } from '../../testing/start-test-server.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { Readiness } from './readiness.ts';

const checksOf = (details: unknown) =>
  (details as { problems: { check: string }[] }).problems.map(({ check }) => check);

const well = { name: 'well', ask: async () => null };

describe('readiness', () => {
  it('names what is wrong, what fails and what does not answer', async () => {
    const readiness = new Readiness(
      [
        well,
        { name: 'wrong', ask: async () => 'It is on fire.' },
        { name: 'failing', ask: () => Promise.reject(new Error('refused')) },
        { name: 'hanging', ask: () => new Promise(() => undefined) },
      ],
      20,
    );
    const { checks, problems } = await readiness.look();
    assert.deepEqual(checks, ['well', 'wrong', 'failing', 'hanging']);
    assert.deepEqual(problems, [
      { check: 'wrong', message: 'It is on fire.' },
      { check: 'failing', message: 'It does not answer.' },
      { check: 'hanging', message: 'It does not answer.' },
    ]);
  });

  it('asks once, however many want to know', async () => {
    let asked = 0;
    const readiness = new Readiness([
      {
        name: 'counted',
        ask: async () => {
          asked += 1;
          return null;
        },
      },
    ]);
    for (const answers of await Promise.all(Array.from({ length: 50 }, () => readiness.look())))
      assert.deepEqual(answers.problems, []);
    assert.equal(asked, 1);
  });
});

describe('the probes', () => {
  it('say that it lives from the start, and that it is ready once all it needs is there', async (t) => {
    const engine = new FakeEngine();
    t.after(() => engine.shutDown());
    const { send, layout } = await startTestServer(t, { engine });
    const ask = async (path: string) => {
      const { status, json } = await send('GET', path, { token: '' });
      return { status, json };
    };
    assert.deepEqual(await ask('/livez'), { status: 200, json: { alive: true } });

    // There is no edge in this test.
    const early = await ask('/readyz');
    assert.equal(early.status, 503);
    assert.equal(early.json.error?.code, 'not_ready');
    assert.deepEqual(checksOf(early.json.error?.details), ['edge']);

    let hostPort: number | null = null;
    const edge = createServer((_request, answer) => {
      answer.end(JSON.stringify({ pid: 1, generation: 1, hostPort, inFlight: {}, failedListeners: [] }));
    }).listen(layout.edgeSocket);
    t.after(() => edge.close());
    await once(edge, 'listening');
    assert.equal((await ask('/readyz')).status, 503);
    hostPort = 8080;
    await waitUntil(async () => (await ask('/readyz')).status === 200, 'readiness');
    assert.deepEqual((await ask('/readyz')).json, {
      ready: true,
      checks: ['started', 'database', 'supervisor', 'edge'],
    });

    engine.sessions = () => new Promise(() => undefined);
    await waitUntil(async () => (await ask('/readyz')).status === 503, 'a supervisor that hangs');
    assert.deepEqual(checksOf((await ask('/readyz')).json.error?.details), ['supervisor']);
    assert.equal((await ask('/livez')).status, 200);
  });
});
