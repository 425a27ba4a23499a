import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type PlatformLayout, platformLayout } from '@rig-ops/contract/layout';
import type { SupervisorConfig } from '@rig-ops/contract/supervisor';
import { MemoryLog } from '../../testing/memory-log.ts';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { EngineMirror } from '../engine-mirror.ts';
import { type ContractProgram, engineContract } from '../testing/engine-contract.ts';
import { sessionSpec } from '../testing/session-spec.ts';
import { ProcessEngine } from './process-engine.ts';

// The supervisor is another program: found by where it lies, never imported.
const supervisorMain = fileURLToPath(new URL('../../../../supervisor/src/main.ts', import.meta.url));
const nodeArguments = ['--conditions=rig-source', '--disable-warning=ExperimentalWarning'];
const waitScript = 'setInterval(() => {}, 60_000)';

const scripts: Record<Exclude<ContractProgram, 'missing'>, string> = {
  serve: `require('http').createServer((q, s) => s.end('ok')).listen(process.env.PORT, '127.0.0.1')`,
  wait: waitScript,
  'ignore-term': `process.on('SIGTERM', () => {}); ${waitScript}`,
  'exit-7': 'process.exit(7)',
};

async function startSupervisor(layout: PlatformLayout): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...nodeArguments, supervisorMain, layout.supervisorConfig], {
    stdio: 'ignore',
    env: { PATH: process.env['PATH'] },
  });
  const engine = new ProcessEngine(layout);
  const answers = () =>
    engine.instances().then(
      () => true,
      () => false,
    );
  await waitUntil(answers, 'the supervisor to answer');
  return child;
}

/** A supervisor in a folder of its own; `end` ends it and removes the folder. */
async function makePlatform() {
  const rigHome = await mkdtemp(join(tmpdir(), 'rigd-test-'));
  const layout = platformLayout(rigHome);
  await mkdir(layout.ownLogs, { recursive: true, mode: 0o700 });
  const standIn = join(rigHome, 'stand-in.mjs');
  await writeFile(standIn, waitScript);
  const config: SupervisorConfig = {
    rigHome,
    node: process.execPath,
    nodeArguments,
    entries: { rigd: standIn, edge: standIn },
    apiPort: 0,
    edgePort: 0,
    baseEnvironment: { PATH: process.env['PATH'] ?? '' },
    // Its programs work in the folder of the platform itself.
    isolation: 'off',
    version: '0.0.0',
  };
  await writeFile(layout.supervisorConfig, JSON.stringify(config));
  const platform = { layout, rigHome, supervisor: await startSupervisor(layout) };
  const engine = new ProcessEngine(layout);
  const end = async () => {
    await engine.close();
    platform.supervisor.kill('SIGTERM');
    if (platform.supervisor.exitCode === null) await once(platform.supervisor, 'exit');
    await rm(rigHome, { recursive: true, force: true });
  };
  return { ...platform, platform, engine, end };
}

engineContract('ProcessEngine', async (test) => {
  const ends: (() => Promise<void>)[] = [];
  test.after(async () => {
    for (const end of ends) await end();
  });
  const { engine, rigHome, end } = await makePlatform();
  ends.push(end);
  return {
    engine,
    folder: rigHome,
    argvOf: (program) =>
      program === 'missing' ? ['/no/such/program'] : [process.execPath, '-e', scripts[program]],
    stepArgv: (succeeds) => ['sh', '-c', succeeds ? 'echo done' : 'echo oh; exit 3'],
  };
});

describe('ProcessEngine', () => {
  it('says that the supervisor does not answer', async (test) => {
    const engine = new ProcessEngine(platformLayout(await makeTemporaryFolder(test)));
    await assert.rejects(engine.instances(), { code: 'unreachable' });
    await assert.rejects(engine.openSession(sessionSpec({ argv: ['true'] })), { code: 'unreachable' });
  });

  it('is followed across the death of a supervisor', async (test) => {
    const ends: (() => Promise<void>)[] = [];
    test.after(async () => {
      for (const end of ends) await end();
    });
    const { engine, layout, platform, end, rigHome } = await makePlatform();
    ends.push(end);
    const mirror = new EngineMirror(engine, new MemoryLog().logger);
    const stop = new AbortController();
    const following = mirror.follow(stop.signal);
    ends.unshift(async () => {
      stop.abort();
      await following;
    });
    const env = { PATH: process.env['PATH'] ?? '' };
    const spec = { app: 'shop', appId: 'app_1', process: 'w', name: 'w.1', release: 1, cwd: rigHome, env };
    const argv = [process.execPath, '-e', waitScript];
    await engine.startInstance({ ...spec, id: 'ins_1', argv });
    await mirror.until(() => mirror.instance('ins_1'), AbortSignal.timeout(10_000));
    platform.supervisor.kill('SIGKILL');
    await once(platform.supervisor, 'exit');
    await assert.rejects(engine.usage(), { code: 'unreachable' });
    // An order waits for the next one.
    const ordered = engine.startInstance({ ...spec, id: 'ins_2', argv });
    platform.supervisor = await startSupervisor(layout);
    await ordered;
    await mirror.until(() => mirror.instance('ins_2'), AbortSignal.timeout(10_000));
    assert.equal(mirror.instance('ins_1')?.state, 'running');
    const channel = await engine.openSession(
      sessionSpec({
        id: 'ses_2',
        instance: 'ins_1',
        argv: ['true'],
        cwd: rigHome,
        env,
      }),
    );
    assert.equal(((await channel.exited) as { exitCode: number }).exitCode, 0);
  });
});
