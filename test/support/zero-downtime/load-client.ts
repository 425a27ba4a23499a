import { Agent, request as send } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Failure, Lane, LoadReport } from './load-report.ts';

// Run as a process of its own: `node load-client.ts URL`. Prints `{"release":N}` when a release is seen
// first, and its report once stdin ends.

const target = new URL(process.argv[2] ?? '');
const LIMIT_MS = 20_000;
/** How many run at once of each. */
const lanes: Record<Lane, number> = {
  'keep-alive': 4,
  'new-connection': 2,
  'slow-body': 4,
  'slow-answer': 4,
  'web-socket': 6,
};
const PIECES = 10;
const PIECE_MS = 60;

const report: LoadReport = {
  done: { 'keep-alive': 0, 'new-connection': 0, 'slow-body': 0, 'slow-answer': 0, 'web-socket': 0 },
  failures: [],
  closed: [],
  releases: {},
};
const ending = new AbortController();

function see(release: number): void {
  const now = Date.now();
  const known = report.releases[release];
  if (known !== undefined) {
    known.last = now;
    return;
  }
  report.releases[release] = { first: now, last: now };
  process.stdout.write(`${JSON.stringify({ release })}\n`);
}

function fail(lane: Lane, startedAt: number, error: unknown, release: number | null = null): void {
  const { code, message } = error as NodeJS.ErrnoException;
  const failure: Failure = {
    lane,
    at: Date.now(),
    afterMs: Date.now() - startedAt,
    error: code === undefined ? message : `${code}: ${message}`,
    release,
  };
  report.failures.push(failure);
}

interface Ask {
  agent: Agent | false;
  path: string;
  /** Sent one after another with pauses; no body when absent. */
  pieces?: number;
  /** What the whole answer must be long, or be. */
  expected: number | string;
}

/** One request from beginning to end; throws for everything but the whole right answer. */
async function ask({ agent, path, pieces = 0, expected }: Ask): Promise<void> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // It may break while its body is still being sent, and is waited for only then.
  promise.catch(() => undefined);
  let release: number | null = null;
  const outgoing = send(new URL(path, target), { agent, method: pieces > 0 ? 'POST' : 'GET', signal });
  const broken = (error: Error) => reject(Object.assign(error, { release }));
  outgoing.on('error', broken);
  outgoing.on('response', (answer) => {
    release = Number(answer.headers['x-release'] ?? 0);
    const chunks: Buffer[] = [];
    answer.on('error', broken);
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.on('end', () => {
      const body = Buffer.concat(chunks);
      const isWhole =
        answer.complete &&
        (typeof expected === 'number' ? body.length === expected : String(body) === expected);
      if (answer.statusCode !== 200)
        broken(new Error(`status ${answer.statusCode}: ${String(body).slice(0, 200)}`));
      else if (!isWhole) broken(new Error(`an answer of ${body.length} bytes`));
      else {
        see(release ?? 0);
        resolve();
      }
    });
  });
  for (let piece = 0; piece < pieces && !outgoing.destroyed; piece += 1) {
    if (piece > 0) await sleep(PIECE_MS);
    outgoing.write('y'.repeat(1000));
  }
  outgoing.end();
  await promise;
}

async function keepAsking(lane: Lane, pauseMs: number, wanted: Ask): Promise<void> {
  while (!ending.signal.aborted) {
    const startedAt = Date.now();
    try {
      await ask(wanted);
      report.done[lane] += 1;
    } catch (error) {
      fail(lane, startedAt, error, (error as { release?: number | null }).release ?? null);
    }
    await sleep(pauseMs * (0.5 + Math.random()));
  }
}

/** One WebSocket after another, each with a message that has to come back before the next is sent. */
async function keepTalking(): Promise<void> {
  while (!ending.signal.aborted) {
    await talk();
    await sleep(10);
  }
}

async function talk(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const startedAt = Date.now();
  let release = 0;
  let next: NodeJS.Timeout | undefined;
  const socket = new WebSocket(new URL('/socket', target.href.replace(/^http/, 'ws')));
  const stop = () => socket.close(1000, 'done');
  ending.signal.addEventListener('abort', stop, { once: true });
  socket.addEventListener('message', ({ data }) => {
    const greeting = /^release (\d+)$/.exec(String(data));
    if (greeting === null) report.done['web-socket'] += 1;
    else release = Number(greeting[1]);
    see(release);
    next = setTimeout(() => {
      if (socket.readyState === WebSocket.OPEN) socket.send(`ping ${Date.now()}`);
    }, 50);
  });
  socket.addEventListener('close', ({ code, reason }) => {
    clearTimeout(next);
    ending.signal.removeEventListener('abort', stop);
    if (!ending.signal.aborted) {
      if (release === 0 || code !== 1001 || reason !== 'bye') {
        fail('web-socket', startedAt, new Error(`closed with ${code} ${reason}`), release);
      } else report.closed.push({ at: Date.now(), code, reason, release });
    }
    resolve();
  });
  await promise;
}

const keepAlive = () => new Agent({ keepAlive: true, maxSockets: 1 });
const work: Record<Lane, () => Promise<void>> = {
  'keep-alive': () => keepAsking('keep-alive', 5, { agent: keepAlive(), path: '/', expected: 1000 }),
  'new-connection': () => keepAsking('new-connection', 10, { agent: false, path: '/', expected: 1000 }),
  'slow-body': () =>
    keepAsking('slow-body', 5, {
      agent: keepAlive(),
      path: '/',
      pieces: PIECES,
      expected: String(PIECES * 1000),
    }),
  'slow-answer': () =>
    keepAsking('slow-answer', 5, {
      agent: keepAlive(),
      path: `/?pieces=${PIECES}`,
      expected: PIECES * 1000,
    }),
  'web-socket': keepTalking,
};
const all = (Object.keys(lanes) as Lane[]).flatMap((lane) =>
  Array.from({ length: lanes[lane] }, () => work[lane]()),
);
process.stdin.resume();
process.stdin.once('end', () => ending.abort());
await Promise.all(all);
// An exit does not wait for what a pipe has not taken yet.
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));
