import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { platformLayout } from '@rig-ops/contract/layout';
import { MemoryLog } from '../../testing/memory-log.ts';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import { EngineMirror } from '../engine-mirror.ts';
import type { ContractProgram } from '../testing/contract-engine.ts';
import { engineContract } from '../testing/engine-contract.ts';
import { sessionSpec } from '../testing/session-spec.ts';
import { makePlatform, startSupervisor, waitScript } from '../testing/supervised-platform.ts';
import { ProcessEngine } from './process-engine.ts';

const scripts: Record<Exclude<ContractProgram, 'missing'>, string> = {
  serve: `require('http').createServer((q, s) => s.end('ok')).listen(process.env.PORT, '127.0.0.1')`,
  wait: waitScript,
  'ignore-term': `process.on('SIGTERM', () => {}); ${waitScript}`,
  'exit-7': 'process.exit(7)',
};

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
