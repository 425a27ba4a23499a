import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import { TestEdge } from './testing/test-edge.ts';

const LONG_MS = 60_000;

/** An edge with one request under way, which ends when it is told to. */
async function startBusy() {
  const test = new TestEdge();
  const slow: ServerResponse[] = [];
  const upstream = await test.upstream((request, response) => {
    if (request.url === '/slow') slow.push(response);
    else response.end('quick');
  });
  const { url } = await test.route([upstream]);
  const waiting = fetch(`${url}/slow`).then((answer) => answer.text());
  while (slow.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  return { test, url, waiting, finish: () => slow.shift()?.end('slow') };
}

const isRefused = async (url: string) =>
  await fetch(url).then(
    () => false,
    () => true,
  );

describe('an edge that ends', () => {
  it('takes requests while one of before is under way, where that was asked for, and none behind it', async () => {
    const { test, url, waiting, finish } = await startBusy();
    const closed = test.edge.close(LONG_MS, LONG_MS);
    for (let asked = 0; asked < 3; asked += 1) {
      const answer = await fetch(url);
      assert.equal(await answer.text(), 'quick');
      // Whoever keeps its connection comes back to the next edge.
      assert.equal(answer.headers.get('connection'), 'close');
    }
    finish();
    assert.equal(await waiting, 'slow');
    await closed;
    assert.equal(await isRefused(url), true);
    await test.close();
  });

  it('takes none from the first moment on otherwise, and finishes what is under way', async () => {
    const { test, url, waiting, finish } = await startBusy();
    const closed = test.edge.close(LONG_MS);
    while (!(await isRefused(url)));
    finish();
    assert.equal(await waiting, 'slow');
    await closed;
    await test.close();
  });

  it('waits no longer than it was told to', async () => {
    const { test, url, waiting } = await startBusy();
    const cut = assert.rejects(waiting);
    // Not for the rest of the whole time either, which nobody else is served in.
    await test.edge.close(LONG_MS, 20);
    await cut;
    assert.equal(await isRefused(url), true);
    await test.close();
  });
});
