import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import type { DrainOrigin, DrainRecord, DrainSinkFactory, DrainTarget } from '../drain-sink.ts';

/** What a receiver understood of a record. */
export interface ReceivedRecord {
  readonly at: string;
  readonly event: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface TestReceiver {
  readonly target: DrainTarget;
  readonly received: readonly ReceivedRecord[];
}

const origin: DrainOrigin = { scope: 'rig.audit', platform: 'plt_1', version: '1.2.3' };

const recordOf = (number: number): DrainRecord => ({
  at: '2026-01-02T03:04:05.678Z',
  severity: number % 2 === 0 ? 'info' : 'warning',
  event: 'app.create',
  body: JSON.stringify({ number, text: number % 3 === 0 ? 'grün "]\\ \n line' : 'plain' }),
  attributes: { seq: number, user: 'a"n]n\\', test: true },
});

/** What holds for every kind of receiver. */
export function drainSinkContract(
  name: string,
  create: DrainSinkFactory,
  startReceiver: (t: TestContext) => Promise<TestReceiver>,
): void {
  describe(`${name} as a drain sink`, { timeout: 60_000 }, () => {
    const { signal } = new AbortController();

    it('brings every record across, in order and exact', async (t) => {
      const { target, received } = await startReceiver(t);
      const sink = create(target, origin);
      const records = Array.from({ length: 300 }, (_, number) => recordOf(number));
      assert.deepEqual(await sink.send(records.slice(0, 250), signal), { rejected: 0, message: undefined });
      // Taken means taken: nothing is to be waited for.
      assert.equal(received.length, 250);
      await sink.send(records.slice(250), signal);
      assert.deepEqual(
        received.map(({ at, event, body, attributes: { seq, user, test } }) => ({
          at,
          event,
          body,
          seq,
          user,
          test,
        })),
        records.map(({ at, event, body, attributes }) => ({
          at,
          event,
          body,
          seq: String(attributes.seq),
          user: attributes.user,
          test: 'true',
        })),
      );
    });

    it('refuses addresses of this machine unless they are allowed, written out or by name', async (t) => {
      const { target, received } = await startReceiver(t);
      for (const hostname of ['127.0.0.1', 'localhost']) {
        const sink = create({ ...target, hostname, allowPrivate: false }, origin);
        await assert.rejects(sink.send([recordOf(1)], signal), { code: 'drain_target_refused' });
      }
      assert.equal(received.length, 0);
    });

    it('fails when nobody listens, and when the receiver breaks off', async (t) => {
      const { target } = await startReceiver(t);
      const broken = createServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
      broken.listen(0, '127.0.0.1');
      await once(broken, 'listening');
      const { port } = broken.address() as { port: number };
      const sink = create({ ...target, secure: false, port }, origin);
      await assert.rejects(sink.send([recordOf(1)], signal), { code: 'drain_failed' });
      broken.close();
      await once(broken, 'close');
      await assert.rejects(sink.send([recordOf(1)], signal), {
        code: 'drain_failed',
        message: /ECONNREFUSED/,
      });
    });

    it('ends at once when it is told to, though the receiver hangs', async (t) => {
      const { target } = await startReceiver(t);
      const hanging = createServer({ allowHalfOpen: true }, (socket) => {
        socket.resume();
        socket.on('error', () => undefined);
        t.after(() => socket.destroy());
      });
      hanging.listen(0, '127.0.0.1');
      await once(hanging, 'listening');
      t.after(() => hanging.close());
      const { port } = hanging.address() as { port: number };
      const stop = new AbortController();
      const connected = once(hanging, 'connection');
      const sending = create({ ...target, secure: false, port }, origin).send([recordOf(1)], stop.signal);
      await connected;
      stop.abort(new Error('enough'));
      await assert.rejects(sending, /enough/);
      await assert.rejects(create(target, origin).send([recordOf(1)], stop.signal), /enough/);
    });
  });
}
