import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { InstanceReport } from '@rig-ops/contract/supervisor';
import type { HealthPlan } from '../../detectors/plan.ts';
import type { EngineEvent } from '../../engines/engine.ts';
import { EngineMirror, type MirroredEngine } from '../../engines/engine-mirror.ts';
import { MemoryLog } from '../../testing/memory-log.ts';
import { checkHealth, type Healthy } from './check-health.ts';
import { findFreePort, INSTANCE_PORTS } from '../../ports/find-free-port.ts';
import { findListening } from './find-listening.ts';
import type { InstanceRecord } from './instance-store.ts';
import type { RunCheck } from './run-check.ts';

const QUICK: HealthPlan = { path: null, timeoutSeconds: 1 };
const PATIENT: HealthPlan = { path: null, timeoutSeconds: 20 };

const instanceOf = (port: number | null): InstanceRecord => ({
  id: 'ins_1',
  appId: 'app_a',
  release: 1,
  process: 'web',
  ordinal: 1,
  turn: 1,
  port,
  host: null,
  desired: 'run',
  health: 'unknown',
  restarts: 0,
  createdAt: new Date().toISOString(),
  keepUntil: null,
});

const reportOf = (child: ChildProcess, exitCode: number | null): InstanceReport => ({
  spec: {
    id: 'ins_1',
    app: 'a',
    appId: 'app_a',
    process: 'web',
    name: 'web.1',
    release: 1,
    argv: [],
    cwd: '/',
    env: {},
  },
  state: exitCode === null ? 'running' : 'exited',
  pid: child.pid ?? 0,
  startTime: '',
  startedAt: new Date().toISOString(),
  endedAt: null,
  exitCode,
  signal: null,
  startError: null,
});

/** Checks a Node program of its own process; PORT is a free port when there is to be one. */
async function checkProgram(
  test: TestContext,
  script: string,
  plan: HealthPlan,
  hasPort = true,
  runCheck: RunCheck = () => Promise.resolve({ exitCode: 0, lastLine: '' }),
): Promise<{ healthy: Healthy; port: number | null }> {
  const port = hasPort ? await findFreePort(INSTANCE_PORTS, 27_000, new Set()) : null;
  const child = spawn(process.execPath, ['-e', script], {
    detached: true,
    stdio: 'ignore',
    env: { PORT: String(port) },
  });
  const exited = once(child, 'exit');
  const stop = new AbortController();
  const engine: MirroredEngine = {
    async *watch(signal): AsyncIterable<EngineEvent> {
      yield { type: 'snapshot', instances: [reportOf(child, null)], builds: [], sessions: [] };
      const [code] = (await Promise.race([exited, once(signal, 'abort')])) as [number | null];
      if (!signal.aborted) yield { type: 'instance', instance: reportOf(child, code) };
      if (!signal.aborted) await once(signal, 'abort');
    },
    forgetInstance: async () => undefined,
    forgetBuild: async () => undefined,
    forgetSession: async () => undefined,
  };
  const mirror = new EngineMirror(engine, new MemoryLog().logger);
  const following = mirror.follow(stop.signal);
  test.after(async () => {
    stop.abort();
    await following;
    if (child.exitCode === null) child.kill('SIGKILL');
    await exited;
  });
  const healthy = await checkHealth({
    instance: instanceOf(port),
    plan,
    mirror,
    runCheck,
    lastLines,
    signal: AbortSignal.timeout(30_000),
  });
  return { healthy, port };
}

const lastLines = async () => ['the last line'];

const serve = (answer: string, where = `process.env.PORT, '127.0.0.1'`) =>
  `require('http').createServer((q, s) => { ${answer} }).listen(${where})`;

describe('the health of web', () => {
  it('is any answer below 500 where no path was given', async (test) => {
    const { healthy } = await checkProgram(test, serve('s.statusCode = 404; s.end()'), PATIENT);
    assert.deepEqual(healthy, { host: '127.0.0.1' });
  });

  it('may be found on the IPv6 loopback', async (test) => {
    const { healthy } = await checkProgram(test, serve('s.end()', `process.env.PORT, '::1'`), PATIENT);
    assert.deepEqual(healthy, { host: '::1' });
  });

  it('waits for a server that is slow to be well', async (test) => {
    const script = serve('s.statusCode = Date.now() - t < 400 ? 503 : 200; s.end()');
    const { healthy } = await checkProgram(test, `const t = Date.now(); ${script}`, PATIENT);
    assert.equal(healthy.host, '127.0.0.1');
  });

  it('asks the path that was given, and takes no error for an answer', async (test) => {
    const script = serve(`s.statusCode = q.url === '/up' ? 404 : 200; s.end()`);
    await assert.rejects(checkProgram(test, script, { path: '/up', timeoutSeconds: 1 }), {
      code: 'release_failed',
      exitCode: 11,
      message: /within 1 s: it answers \/up with status 404/,
    });
  });

  it('says on which port it listens in place of PORT', async (test) => {
    const script = serve('s.end()', `0, '127.0.0.1'`);
    await assert.rejects(checkProgram(test, script, QUICK), {
      code: 'release_failed',
      message: /it does not listen\. It listens on \d+, but PORT is 2\d{4}\./,
    });
  });

  it('says when it accepts and does not answer', async (test) => {
    await assert.rejects(checkProgram(test, serve(''), { path: null, timeoutSeconds: 1 }), {
      message: /accepts connections and does not answer/,
    });
  });

  it('fails at once when it has ended, with its last lines', async (test) => {
    const began = Date.now();
    await assert.rejects(checkProgram(test, 'setTimeout(() => process.exit(5), 100)', PATIENT), (error) => {
      const { code, message, details } = error as { code: string; message: string; details: object };
      assert.equal(code, 'release_failed');
      assert.match(message, /web\.1 exited with code 5/);
      assert.deepEqual(details, {
        instance: 'web.1',
        exitCode: 5,
        signal: null,
        lastLines: ['the last line'],
      });
      return true;
    });
    assert.ok(Date.now() - began < 10_000);
  });
});

describe('the health of a process without a port', () => {
  it('is a second of life', async (test) => {
    const began = Date.now();
    const { healthy } = await checkProgram(test, 'setInterval(() => {}, 1000)', PATIENT, false);
    assert.deepEqual(healthy, { host: null });
    assert.ok(Date.now() - began >= 900);
  });

  it('fails when it ends before', async (test) => {
    await assert.rejects(checkProgram(test, 'process.exit(1)', PATIENT, false), { code: 'release_failed' });
  });
});

it('tells what a health command said, not that a later one was cut short by the end of the time', async (test) => {
  let looks = 0;
  const runCheck: RunCheck = async (_instance, _argv, timeoutMs) => {
    looks += 1;
    if (looks === 1) return { exitCode: 4, lastLine: 'flooded' };
    await delay(timeoutMs + 5);
    return null;
  };
  const check: HealthPlan['check'] = {
    type: 'command',
    argv: ['check'],
    status: null,
    answerSeconds: 10,
    intervalSeconds: 1,
    healthyAfter: 1,
    unhealthyAfter: 1,
    aliveSeconds: 0.1,
  };
  const plan: HealthPlan = { path: null, timeoutSeconds: 2, check };
  await assert.rejects(checkProgram(test, 'setInterval(() => {}, 1000)', plan, false, runCheck), {
    message: /within 2 s: its health command exited with code 4: flooded\./,
  });
  assert.equal(looks, 2);
});

describe('findListening', () => {
  it('finds the sockets of a process and its children', async (test) => {
    const script = `require('http').createServer().listen(0, '127.0.0.1', () => console.log('up'))`;
    const parent = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(script)}], { stdio: 'inherit' })`;
    const child = spawn(process.execPath, ['-e', parent], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    assert.ok(child.pid);
    const { pid } = child;
    test.after(async () => {
      process.kill(-pid, 'SIGKILL');
      await once(child, 'exit');
    });
    await once(child.stdout, 'data');
    const [socket, ...others] = await findListening(pid);
    assert.equal(socket?.address, '127.0.0.1');
    assert.deepEqual(others, []);
    assert.deepEqual(await findListening(2 ** 30), []);
  });
});
