import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import { ExitCode } from '@rig-ops/contract/exit-codes';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { SupervisorConfig } from '@rig-ops/contract/supervisor';
import { systemClock } from './clock.ts';
import type { Engine } from './engines/engine.ts';
import { SupervisorKeeper } from './engines/process/supervisor-keeper.ts';
import { engines } from './engines/registry.ts';
import type { Logger } from './logger.ts';
import { startPlatform } from './start-platform.ts';

const readConfig = async (path: string): Promise<SupervisorConfig> => {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as SupervisorConfig;
  } catch (cause) {
    throw new RigError('config_unreadable', `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
};

const currentUser = (): string => {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user id that has no name.
    return 'admin';
  }
};

function engineOf(all: readonly Engine[], name: string): Engine {
  const engine = all.find((each) => each.name === name);
  if (engine !== undefined) return engine;
  throw new RigError('engine_not_available', `This version of rig does not have the engine ${name}.`);
}

const untilSignal = async (): Promise<string> =>
  Promise.race(
    (['SIGTERM', 'SIGINT'] as const).map(async (name) => {
      await once(process, name);
      return name;
    }),
  );

/** Runs rigd until it is told to end. @returns its exit code */
export async function runRigd(layout: PlatformLayout, log: Logger, endWithinMs: number): Promise<number> {
  const told = untilSignal();
  let all: Engine[] = [];
  try {
    const config = await readConfig(layout.supervisorConfig);
    all = Object.values(engines).map((make) => make(layout));
    const engine = engineOf(all, config.engine ?? 'process');
    const platform = await startPlatform({
      layout,
      config,
      engine,
      otherEngines: all.filter((other) => other !== engine),
      user: currentUser(),
      clock: systemClock,
      log,
    });
    log.info('rigd listens', { url: platform.url, pid: process.pid, version: config.version });
    const keeper = new SupervisorKeeper({ layout, log });
    void keeper.keep();
    const why = await Promise.race([told, platform.lost]);
    if (typeof why === 'string') log.info('rigd ends', { signal: why });
    else log.error(why.message, { code: why.code, hint: why.hint });
    keeper.stop();
    const late = setTimeout(endWithinMs, 'late' as const, { ref: false });
    if ((await Promise.race([platform.close(), late])) === 'late') log.warn('rigd did not end in time');
    return typeof why === 'string' ? ExitCode.done : why.exitCode;
  } catch (error) {
    if (!isRigError(error)) throw error;
    // The supervisor's log and `rig platform start` show the code and the message.
    log.error(error.message, { code: error.code, hint: error.hint, ...error.details });
    return error.exitCode;
  } finally {
    await Promise.all(all.map((engine) => engine.close()));
  }
}
