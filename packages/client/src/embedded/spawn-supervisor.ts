import { type ChildProcess, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import { SUPERVISOR_HELD, supervisorArguments, type SupervisorConfig } from '@rig-ops/contract/supervisor';
import { type ProcessIdentity, readStartTime } from '../files/process-identity.ts';

/** A supervisor that was just started. */
export interface StartedSupervisor {
  /** Null when it could not be started, or had ended before it was looked at. */
  readonly identity: ProcessIdentity | null;
  /** Why it ended, for people; undefined while it runs and when it left the platform to another one. */
  failure(): string | undefined;
}

export function supervisorLog(layout: PlatformLayout): string {
  return join(layout.ownLogs, 'supervisor.log');
}

/** Starts the supervisor in a session of its own, so that it outlives this process and its terminal. */
export async function spawnSupervisor(
  layout: PlatformLayout,
  config: SupervisorConfig,
  entry: string,
): Promise<StartedSupervisor> {
  await using log = await open(supervisorLog(layout), 'a', 0o600);
  const child = spawn(config.node, supervisorArguments(config, entry, layout.supervisorConfig), {
    cwd: layout.root,
    detached: true,
    env: config.baseEnvironment,
    stdio: ['ignore', log.fd, log.fd],
  });
  child.unref();
  const failure = watchForFailure(child, config.node);
  const { pid } = child;
  const startTime = pid === undefined ? null : await readStartTime(pid);
  return { identity: pid === undefined || startTime === null ? null : { pid, startTime }, failure };
}

function watchForFailure(child: ChildProcess, node: string): () => string | undefined {
  let failure: string | undefined;
  child.once('error', ({ message }) => {
    failure = `${node} could not be started: ${message}`;
  });
  child.once('exit', (code, signal) => {
    if (code !== SUPERVISOR_HELD) {
      failure = signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`;
    }
  });
  return () => failure;
}
