import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { Agent, type IncomingMessage, type RequestOptions, request as sendRequest } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { EdgeRoutes, EdgeStatus, EdgeUpstream } from '@rig-ops/contract/edge';
import { platformLayout } from '@rig-ops/contract/layout';
import { ChildProgram } from './testing/child-program.ts';
import { findFreePort, listenAnywhere } from './testing/test-edge.ts';
import { waitUntil } from './testing/wait-until.ts';

let rigHome = '';
let layout = platformLayout('/');
let programs: ChildProgram[] = [];
let generation = 0;
beforeEach(async () => {
  rigHome = await mkdtemp(join(tmpdir(), 'rig-edge-'));
  layout = platformLayout(rigHome);
  programs = [];
  generation = 0;
  await mkdir(layout.root, { mode: 0o700 });
});
afterEach(async () => {
  await Promise.all(programs.map((program) => program.end('SIGKILL')));
  await rm(rigHome, { recursive: true, force: true });
});

function run(file: string, args: readonly string[]): ChildProgram {
  const program = new ChildProgram(file, args);
  programs.push(program);
  return program;
}

async function startEdge(): Promise<ChildProgram> {
  const edge = run('../main.ts', [rigHome]);
  await waitUntil('the edge is up', () => edge.output.includes('the edge is up'));
  return edge;
}

async function startUpstream(name: string): Promise<{ program: ChildProgram; upstream: EdgeUpstream }> {
  const program = run('upstream-main.ts', [name]);
  await waitUntil(`${name} listens`, () => program.output.includes('\n'));
  return { program, upstream: { instance: name, host: '127.0.0.1', port: Number(program.output) } };
}

async function writeRoutes(port: number, upstreams: EdgeUpstream[]): Promise<number> {
  generation += 1;
  const app = { id: 'app-1', name: 'shop', port, hosts: ['shop.localhost'], release: generation, upstreams };
  const routes: EdgeRoutes = { generation, hostPort: 0, apps: [app] };
  await writeFile(`${layout.edgeRoutes}.new`, JSON.stringify(routes));
  await rename(`${layout.edgeRoutes}.new`, layout.edgeRoutes);
  return generation;
}

async function askStatus(path = '/v1/status'): Promise<EdgeStatus> {
  const answer = await ask({ socketPath: layout.edgeSocket, path, method: 'GET', agent: false }, '');
  return JSON.parse(answer.replace(/^200 /, '')) as EdgeStatus;
}

/** One request; resolves with what was answered, whatever it was. */
async function ask(options: RequestOptions, body: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = sendRequest(options, resolve);
  request.once('error', reject).end(body);
  try {
    const response = await promise;
    return `${response.statusCode} ${await text(response)}`;
  } catch (error) {
    return `${options.method} ${String(error)}`;
  }
}

/** Asks over and over, over kept and new connections, with and without bodies, until told to stop. */
function startLoad(port: number) {
  const failures: string[] = [];
  const answers = new Map<string, number>();
  const kept = new Agent({ keepAlive: true });
  const stopping = new AbortController();
  const workers = Array.from({ length: 6 }, async (_, worker) => {
    for (let index = worker; !stopping.signal.aborted; index += 1) {
      const method = index % 3 === 0 ? 'POST' : 'GET';
      const agent = index % 2 === 0 ? kept : false;
      const target = { port, host: '127.0.0.1', path: `/?wait=${index % 7}`, method, agent };
      const answer = await ask(target, method === 'POST' ? 'x'.repeat(1000) : '');
      const expected = /^200 (\w+) (?:1000|0)$/.exec(answer);
      if (expected === null) failures.push(answer);
      else answers.set(expected[1] ?? '', (answers.get(expected[1] ?? '') ?? 0) + 1);
      // Sometimes long enough that kept connections are closed by the upstream meanwhile.
      if (index % 5 === 0) await delay(index % 25);
    }
  });
  return {
    answers,
    failures,
    async stop() {
      stopping.abort();
      await Promise.all(workers);
      kept.destroy();
    },
  };
}

describe('the edge', () => {
  it('fails no request while releases follow one another', { timeout: 60_000 }, async () => {
    await startEdge();
    const port = await findFreePort();
    let current = await startUpstream('v1');
    await askStatus(`/v1/status?generation=${await writeRoutes(port, [current.upstream])}`);
    const load = startLoad(port);
    try {
      for (let version = 2; version <= 6; version += 1) {
        const next = await startUpstream(`v${version}`);
        const before = current.upstream.instance;
        const status = await askStatus(`/v1/status?generation=${await writeRoutes(port, [next.upstream])}`);
        assert.equal(status.generation, generation);
        await waitUntil(`${before} is idle`, async () => (await askStatus()).inFlight[before] === undefined);
        // The edge keeps no connection to it, so it ends by itself.
        assert.deepEqual(await current.program.end('SIGTERM'), [0, null]);
        await waitUntil('the next one serves', () => (load.answers.get(next.upstream.instance) ?? 0) > 40);
        current = next;
      }
    } finally {
      await load.stop();
    }
    assert.deepEqual(load.failures, []);
    assert.equal(load.answers.size, 6);
  });

  it('fails no request while an instance crashes and another one is routed too', async () => {
    await startEdge();
    const port = await findFreePort();
    const [first, second] = [await startUpstream('a'), await startUpstream('b')];
    await askStatus(`/v1/status?generation=${await writeRoutes(port, [first.upstream, second.upstream])}`);
    await first.program.end('SIGKILL');
    for (let round = 0; round < 10; round += 1) {
      const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'xy' });
      assert.equal(await response.text(), 'b 2');
    }
  });

  it('finishes what is under way when it is told to end, and takes nothing new', async () => {
    const edge = await startEdge();
    const port = await findFreePort();
    const { upstream } = await startUpstream('slow');
    await askStatus(`/v1/status?generation=${await writeRoutes(port, [upstream])}`);
    const url = `http://127.0.0.1:${port}/`;
    await (await fetch(url)).text();
    const waiting = fetch(`${url}?wait=1000`);
    await waitUntil('it is under way', async () => (await askStatus()).inFlight['slow'] === 1);
    const ended = edge.end('SIGTERM');
    await waitUntil('nothing new is taken', () =>
      fetch(url).then(
        () => false,
        () => true,
      ),
    );
    const response = await waiting;
    assert.equal(await response.text(), 'slow 0');
    assert.deepEqual(await ended, [0, null]);
    await assert.rejects(stat(layout.edgeSocket));
  });

  it('comes back after a kill with the port it had, and the routes as they are', async () => {
    const edge = await startEdge();
    const port = await findFreePort();
    const { upstream } = await startUpstream('a');
    const { hostPort } = await askStatus(`/v1/status?generation=${await writeRoutes(port, [upstream])}`);
    assert.ok(hostPort !== null && hostPort > 0);
    await edge.end('SIGKILL');
    await startEdge();
    const status = await askStatus();
    assert.equal(status.hostPort, hostPort);
    assert.equal(status.generation, 1);
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'a 0');
  });

  it('tells of a port that is taken and opens it once it is free', async () => {
    await startEdge();
    const { upstream } = await startUpstream('a');
    const other = createServer();
    const port = await listenAnywhere(other);
    const status = await askStatus(`/v1/status?generation=${await writeRoutes(port, [upstream])}`);
    assert.deepEqual(status.failedListeners, [{ appId: 'app-1', port, error: 'EADDRINUSE' }]);
    assert.ok(status.hostPort !== null);
    other.close();
    await waitUntil('it is opened', async () => (await askStatus()).failedListeners.length === 0);
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'a 0');
  });

  it('leaves the routes as they are when the file cannot be used', async () => {
    const edge = await startEdge();
    const port = await findFreePort();
    const { upstream } = await startUpstream('a');
    await askStatus(`/v1/status?generation=${await writeRoutes(port, [upstream])}`);
    for (const broken of ['{"generation": 7', '{"generation": 8}', '[]', 'null']) {
      const before = edge.output.length;
      await writeFile(layout.edgeRoutes, broken);
      await waitUntil(`it complains about ${broken}`, () => edge.output.length > before);
      assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'a 0');
    }
    generation = 20;
    const status = await askStatus(`/v1/status?generation=${await writeRoutes(port, [])}`);
    assert.equal(status.generation, 21);
    assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 503);
  });

  it('tells its status to its owner only', async () => {
    await startEdge();
    assert.equal((await stat(layout.edgeSocket)).mode & 0o777, 0o600);
    assert.equal((await stat(layout.sockets)).mode & 0o777, 0o700);
    assert.deepEqual((await askStatus()).inFlight, {});
  });
});
