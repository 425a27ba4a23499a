import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import {
  SUPERVISOR_HELD,
  supervisorArguments,
  type SupervisorConfig,
  type SupervisorRecord,
} from '@rig-ops/contract/supervisor';
import type { Logger } from '../../logger.ts';

const POLL_MS = 250;
/** A `rig platform stop` that must kill the supervisor kills rigd next; it is given the time. */
const FIRST_WAIT_MS = 500;
const MOST_WAIT_MS = 30_000;

/**
 * Starts the supervisor of this rigd again when it was killed. The new one takes over what runs and ends this
 * rigd for one of its own; that the platform has one supervisor is the matter of its lock.
 */
export class SupervisorKeeper {
  readonly #layout: PlatformLayout;
  readonly #log: Logger;
  readonly #stopped = new AbortController();
  #child: ChildProcess | null = null;

  constructor({ layout, log }: { layout: PlatformLayout; log: Logger }) {
    this.#layout = layout;
    this.#log = log;
  }

  /** Resolves after `stop`; at once when this rigd was started by no supervisor. */
  async keep(): Promise<void> {
    const { signal } = this.#stopped;
    // Written before rigd was started, removed after rigd has ended.
    const record = readJson<SupervisorRecord>(this.#layout.supervisorRecord);
    if (record === null) return;
    // The kernel gives an orphan another parent, and a pid that is used again is never its parent's.
    while (!signal.aborted && process.ppid === record.pid) await pause(POLL_MS, signal);
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, MOST_WAIT_MS)) {
      await pause(wait, signal);
      if (signal.aborted) return;
      await this.#runAnother(signal).catch((error: unknown) => {
        this.#log.warn('the supervisor could not be started again', { error });
      });
    }
  }

  /**
   * To be called as soon as rigd is told to end. A supervisor on its way up is ended, unless it is the one
   * that ends this rigd: it could come up after a deliberate stop.
   */
  stop(): void {
    this.#stopped.abort();
    const recorded = readJson<SupervisorRecord>(this.#layout.supervisorRecord)?.pid;
    if (this.#child !== null && this.#child.pid !== recorded) this.#child.kill('SIGTERM');
  }

  /** Returns when it has ended; one that stays ends this rigd before. */
  async #runAnother(signal: AbortSignal): Promise<void> {
    const { root, ownLogs, supervisorConfig } = this.#layout;
    const config = readJson<SupervisorConfig>(supervisorConfig);
    const entry = config?.entries.supervisor;
    if (config === null || entry === undefined) return;
    this.#log.warn('the supervisor is gone; starting it again');
    await using log = await open(join(ownLogs, 'supervisor.log'), 'a', 0o600);
    if (signal.aborted) return;
    const child = spawn(config.node, supervisorArguments(config, entry, supervisorConfig), {
      cwd: root,
      detached: true,
      env: config.baseEnvironment,
      stdio: ['ignore', log.fd, log.fd],
    });
    this.#child = child;
    child.unref();
    try {
      const [code, by] = (await once(child, 'exit')) as [number | null, string | null];
      if (code !== SUPERVISOR_HELD) this.#log.warn('the new supervisor ended', { code, signal: by });
    } finally {
      this.#child = null;
    }
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
}

/** Null when it is not there or half a file of somebody else. */
function readJson<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return null;
  }
}
