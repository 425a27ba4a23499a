import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PlatformLayout, platformLayout } from '@rig-ops/contract/layout';
import type { SupervisorConfig } from '@rig-ops/contract/supervisor';
import { waitUntil } from '../../testing/wait-until.ts';
import { ProcessEngine } from '../process/process-engine.ts';
import type { SupervisedEngine } from '../supervised-engine.ts';

// The supervisor is another program: found by where it lies, never imported.
const supervisorMain = fileURLToPath(new URL('../../../../supervisor/src/main.ts', import.meta.url));
const nodeArguments = ['--conditions=rig-source', '--disable-warning=ExperimentalWarning'];
/** Stays until it is ended. */
export const waitScript = 'setInterval(() => {}, 60_000)';

export async function startSupervisor(layout: PlatformLayout): Promise<ChildProcess> {
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
export async function makePlatform<E extends SupervisedEngine = ProcessEngine>(
  change: Partial<SupervisorConfig> = {},
  engineOf: (layout: PlatformLayout) => E = (layout) => new ProcessEngine(layout) as unknown as E,
) {
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
    ...change,
  };
  await writeFile(layout.supervisorConfig, JSON.stringify(config));
  const platform = { layout, rigHome, supervisor: await startSupervisor(layout) };
  const engine = engineOf(layout);
  const end = async () => {
    await engine.close();
    platform.supervisor.kill('SIGTERM');
    if (platform.supervisor.exitCode === null) await once(platform.supervisor, 'exit');
    await rm(rigHome, { recursive: true, force: true });
  };
  return { ...platform, platform, engine, end };
}
