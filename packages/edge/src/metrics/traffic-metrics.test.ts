import assert from 'node:assert/strict';
import { request as sendRequest } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { EdgeRoutes } from '@rig-ops/contract/edge';
import { MAX_GONE, MAX_RELEASES, quantileOf, type ReleaseTraffic } from '@rig-ops/contract/edge-metrics';
import { findFreePort, TestEdge } from '../testing/test-edge.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { TrafficMetrics } from './traffic-metrics.ts';

let test = new TestEdge();
beforeEach(() => {
  test = new TestEdge();
});
afterEach(async () => {
  await test.close();
  assert.deepEqual(test.errors, []);
});

const countsOf = (release: number): ReleaseTraffic | undefined =>
  test.edge.metrics('app-1').apps[0]?.releases.find((each) => each.release === release);

const ask = async (url: string, path = '/'): Promise<number> => {
  const answer = await fetch(url + path);
  await answer.text().catch(() => undefined);
  return answer.status;
};

describe('what the edge counts', () => {
  it('is requests, failures, bytes and latency, by instance and release', async () => {
    const upstream = await test.upstream((request, response) => {
      if (request.url === '/fail') response.writeHead(503);
      response.end('x'.repeat(1000));
    });
    const { url } = await test.route([{ ...upstream, name: 'web.1' }], { release: 7 });
    for (const path of ['/', '/', '/fail']) await ask(url, path);
    await waitUntil('three records', () => test.records.length === 3);
    const [app] = test.edge.metrics().apps;
    const [instance] = app?.instances ?? [];
    const counted = countsOf(7);
    assert.ok(counted);
    assert.equal(counted.requests, 3);
    assert.equal(counted.errors, 1);
    assert.equal(counted.abandoned, 0);
    assert.ok(counted.bytesOut > 3000 && counted.bytesIn > 100);
    assert.equal(
      counted.latency.reduce((sum, [, count]) => sum + count, 0),
      3,
    );
    assert.ok((quantileOf(counted.latency, 0.5) ?? 0) > 0);
    const { release: _, ...counts } = counted;
    assert.deepEqual(instance, { instance: upstream.instance, name: 'web.1', release: 7, ...counts });
    assert.deepEqual(test.edge.metrics('another').apps, []);
  });

  it('survives a change of the routes, and goes with the app', async () => {
    const old = await test.upstream((_request, response) => response.end('old'));
    const fresh = await test.upstream((_request, response) => response.end('new'));
    const { port, url } = await test.route([old], { release: 1 });
    await ask(url);
    await test.route([fresh], { release: 2, port });
    await ask(url);
    assert.deepEqual([countsOf(1)?.requests, countsOf(2)?.requests], [1, 1]);
    await test.edge.apply({ generation: 9, hostPort: 0, apps: [] });
    assert.deepEqual(test.edge.metrics().apps, []);
  });

  it('tells what was broken off, not answered, and given up by the client apart', async () => {
    let arrived = 0;
    const upstream = await test.upstream((request, response) => {
      arrived += 1;
      if (request.url === '/break') {
        response.writeHead(200, { 'content-length': '100' });
        response.write('part', () => response.destroy());
      }
      if (request.url === '/reset') response.destroy();
    });
    const { url, port } = await test.route([upstream]);
    await assert.rejects(fetch(`${url}/break`).then((answer) => answer.text()));
    await waitUntil('the break', () => countsOf(1)?.errors === 1);
    assert.equal(countsOf(1)?.requests, 1);
    await fetch(`${url}/reset`, { method: 'POST', body: 'x' });
    assert.deepEqual([countsOf(1)?.requests, countsOf(1)?.errors], [2, 2]);
    const before = arrived;
    const leaving = sendRequest({ port, path: '/hang' }).end();
    leaving.on('error', () => undefined);
    await waitUntil('the request to arrive', () => arrived > before);
    leaving.destroy();
    await waitUntil('the client to be gone', () => countsOf(1)?.abandoned === 1);
    assert.equal(countsOf(1)?.requests, 2);
  });

  it('is told after an answer as what is new, to whoever asks, and to one of another edge whole', async () => {
    const upstreams = [
      await test.upstream((_request, response) => response.end()),
      await test.upstream((_request, response) => response.end()),
    ];
    const { url } = await test.route(upstreams);
    const whole = test.edge.metrics();
    assert.equal(whole.partial, undefined);
    const mark = { epoch: whole.epoch, tick: whole.tick ?? 0 };
    // Seen for the first time.
    const first = test.edge.metrics(undefined, mark);
    assert.equal(first.apps[0]?.instances.length, 2);
    const after = { epoch: whole.epoch, tick: first.tick ?? 0 };
    assert.deepEqual(test.edge.metrics(undefined, after).apps, []);
    await ask(url);
    await waitUntil('the record', () => test.records.length === 1);
    for (const asker of ['one', 'another']) {
      const [app, ...more] = test.edge.metrics(undefined, after).apps;
      assert.deepEqual(more, []);
      assert.deepEqual(
        app?.instances.map(({ requests }) => requests),
        [1],
        asker,
      );
    }
    assert.equal(test.edge.metrics(undefined, { ...after, epoch: 'another' }).partial, undefined);
  });

  it('keeps bounds over any number of instances and releases', () => {
    const metrics = new TrafficMetrics();
    for (let release = 1; release <= 500; release += 1) {
      const upstreams = [{ instance: `i${release}`, host: '127.0.0.1', port: 1 }];
      const app = { id: 'a', name: 'a', port: 1, hosts: [], release, upstreams };
      metrics.retain({ generation: release, hostPort: 0, apps: [app] } satisfies EdgeRoutes);
    }
    const [app] = metrics.snapshot().apps;
    assert.equal(app?.instances.length, MAX_GONE + 1);
    assert.equal(app?.releases.length, MAX_RELEASES);
    assert.equal(app?.releases.at(-1)?.release, 500);
  });
});

describe('releases that share the traffic', () => {
  it('get their percents, also of few requests, and all of it when the other does not answer', async () => {
    const seen: string[] = [];
    const serve = async (name: string, release: number) => {
      const upstream = await test.upstream((_request, response) => {
        seen.push(name);
        response.end(name);
      });
      return { ...upstream, release };
    };
    const [old, canary] = [await serve('old', 1), await serve('canary', 2)];
    const shares = [
      { release: 1, percent: 90 },
      { release: 2, percent: 10 },
    ];
    const { port, url } = await test.route([old, canary], { shares });
    for (let count = 0; count < 20; count += 1) await ask(url);
    assert.equal(seen.filter((name) => name === 'canary').length, 2);
    assert.deepEqual([countsOf(1)?.requests, countsOf(2)?.requests], [18, 2]);
    assert.deepEqual(new Set(test.records.map(({ release }) => release)), new Set([1, 2]));
    const gone = { ...old, instance: 'gone', port: await findFreePort() };
    await test.route([gone, canary], { shares, port });
    seen.length = 0;
    for (let count = 0; count < 5; count += 1) assert.equal(await ask(url), 200);
    assert.equal(seen.length, 5);
    await test.route([old, canary], {
      shares: [
        { release: 1, percent: 100 },
        { release: 2, percent: 0 },
      ],
      port,
    });
    seen.length = 0;
    for (let count = 0; count < 5; count += 1) await ask(url);
    assert.deepEqual(seen, Array(5).fill('old'));
  });
});
