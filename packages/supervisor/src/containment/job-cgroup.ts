import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobLimits } from '@rig-ops/contract/supervisor';
import { type CgroupHost, removeEmpty, tryWrite } from './cgroup-host.ts';

const POLL_MS = 5;
/** A killed process that does not go within this time hangs in the kernel. */
const KILLED_MS = 5_000;

/** The cgroup of one job or session. */
export class JobCgroup {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** null where it cannot be made. */
  static make(host: CgroupHost, id: string, limits: JobLimits | undefined): JobCgroup | null {
    const folder = join(host.folder, id);
    try {
      mkdirSync(folder, { recursive: true });
    } catch {
      return null;
    }
    if (limits !== undefined && host.holdsMemory) {
      tryWrite(join(folder, 'memory.max'), String(limits.memoryBytes));
      tryWrite(join(folder, 'memory.swap.max'), '0');
    }
    if (limits !== undefined && host.holdsProcesses)
      tryWrite(join(folder, 'pids.max'), String(limits.processes));
    return new JobCgroup(folder);
  }

  /** A command that enters the cgroup and becomes `argv`: no process of it is ever outside. */
  enter(argv: readonly string[]): string[] {
    const script = '{ echo $$ > "$0"; } 2>/dev/null; exec "$@"';
    return ['/bin/sh', '-c', script, join(this.folder, 'cgroup.procs'), ...argv];
  }

  /** The same in the words of `enter.pl`. */
  get words(): string[] {
    return ['cgroup', join(this.folder, 'cgroup.procs')];
  }

  pids(): number[] {
    try {
      const text = readFileSync(join(this.folder, 'cgroup.procs'), 'latin1');
      return text.split('\n').flatMap((line) => (line === '' ? [] : [Number(line)]));
    } catch {
      return [];
    }
  }

  /** Whether the kernel has ended a process for the memory it took. */
  ranOutOfMemory(): boolean {
    try {
      const text = readFileSync(join(this.folder, 'memory.events'), 'latin1');
      return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0) > 0;
    } catch {
      return false;
    }
  }

  /** Ends everything in it, and resolves when it is empty. */
  async kill(): Promise<void> {
    const deadline = performance.now() + KILLED_MS;
    while (this.pids().length > 0 && performance.now() < deadline) {
      tryWrite(join(this.folder, 'cgroup.kill'), '1');
      await sleep(POLL_MS);
    }
  }

  remove(): void {
    removeEmpty(this.folder);
  }
}
