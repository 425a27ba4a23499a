import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { it } from 'node:test';
import { listen, makeServer } from './listeners.ts';
import { rawExchange } from './testing/raw-exchange.ts';
import { TestEdge } from './testing/test-edge.ts';
import { ChildProgram } from './testing/child-program.ts';
import { waitUntil } from './testing/wait-until.ts';

it('a client that trickles its headers is shown out', async () => {
  const told: number[] = [];
  const server = makeServer(
    {
      request: () => assert.fail('no request came'),
      upgrade: () => undefined,
      malformed: (_, status) => void told.push(status),
    },
    200,
  );
  const port = await listen(server, '127.0.0.1', 0);
  try {
    assert.match(await rawExchange(port, 'GET / HTTP/1.1\r\nHost: x\r\nX-A: '), /^HTTP\/1\.1 408/);
    assert.match(
      await rawExchange(port, `GET / HTTP/1.1\r\nX: ${'x'.repeat(70_000)}\r\n`),
      /^HTTP\/1\.1 431/,
    );
    assert.match(await rawExchange(port, 'nonsense\r\n\r\n'), /^HTTP\/1\.1 400/);
    assert.deepEqual(told, [408, 431, 400]);
  } finally {
    server.close();
  }
});

it('an upstream that takes no connections makes a page in time', { timeout: 30_000 }, async () => {
  const test = new TestEdge();
  // Stopped, it accepts nothing: the system takes connections for it up to its backlog and drops the rest.
  const program = new ChildProgram('stalled-main.ts', []);
  const fillers = [];
  try {
    await waitUntil('it listens', () => program.output.includes('\n'));
    const port = Number(program.output);
    program.process.kill('SIGSTOP');
    const { url } = await test.route([{ instance: 'stalled', host: '127.0.0.1', port }]);
    for (let isFull = false; !isFull; ) {
      const filler = connect({ port, host: '127.0.0.1' });
      fillers.push(filler);
      filler.on('error', () => undefined);
      const timeout = AbortSignal.timeout(300);
      isFull = await once(filler, 'connect', { signal: timeout }).then(
        () => false,
        () => true,
      );
    }
    const response = await fetch(url);
    assert.equal(response.status, 504);
    assert.match(await response.text(), /^504 shop takes no connections/);
  } finally {
    for (const filler of fillers) filler.destroy();
    await program.end('SIGKILL');
    await test.close();
  }
});
