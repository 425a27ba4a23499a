import { setTimeout as sleep } from 'node:timers/promises';
import { existsGroup, signalGroup } from '../proc/process-group.ts';
import type { ProcessRow } from '../proc/process-table.ts';
import type { JobCgroup } from './job-cgroup.ts';
import type { ProcessFamilies } from './process-families.ts';
import type { SessionContainment } from './session-containment.ts';

const KILLED_MS = 5_000;
const POLL_MS = 5;

export interface SessionProcessesOptions {
  kind: SessionContainment['kind'];
  /** Of its environment. */
  mark: string;
  cgroup: JobCgroup | null;
  families: ProcessFamilies;
}

/**
 * Finds and ends the processes of a session. In a pid namespace the process that outlives the program, and takes
 * all others with it, is in the group of the first one; a cgroup tells and ends what is in it; otherwise one that
 * leaves its group, its parent and its environment at once gets away.
 */
export class SessionProcesses {
  readonly #options: SessionProcessesOptions;
  /** 0 where there is none, or no more: its number may become somebody else's. */
  #group = 0;

  constructor(options: SessionProcessesOptions) {
    this.#options = options;
  }

  begun(group: number): void {
    this.#group = group;
  }

  async isEmpty(): Promise<boolean> {
    const { kind, cgroup } = this.#options;
    if (this.#group > 0 && existsGroup(this.#group)) return false;
    this.#group = 0;
    if (cgroup !== null) return cgroup.pids().length === 0;
    return kind === 'pid-namespace' || (await this.#members()).length === 0;
  }

  async signal(name: NodeJS.Signals): Promise<void> {
    // Its own group at once: looking for the rest takes a moment.
    const group = this.#group;
    signalGroup(group, name);
    signalGroup(group, 'SIGCONT');
    for (const row of await this.#members()) {
      if (row.group === group) continue;
      signalOne(row.pid, name);
      signalOne(row.pid, 'SIGCONT');
    }
  }

  async kill(): Promise<void> {
    signalGroup(this.#group, 'SIGKILL');
    await this.#options.cgroup?.kill();
    const deadline = performance.now() + KILLED_MS;
    const stopped = new Set<string>();
    while (!(await this.isEmpty()) && performance.now() < deadline) {
      if (this.#options.kind === 'pid-namespace') {
        await sleep(POLL_MS);
        continue;
      }
      const members = await this.#members();
      // Stopped first: what starts new ones faster than they are killed would never come to an end.
      const fresh = members.filter((row) => !stopped.has(keyOf(row)));
      for (const row of fresh) {
        stopped.add(keyOf(row));
        signalOne(row.pid, 'SIGSTOP');
      }
      if (fresh.length > 0) continue;
      for (const { pid } of members) signalOne(pid, 'SIGKILL');
    }
  }

  async #members(): Promise<ProcessRow[]> {
    const { cgroup, families, mark } = this.#options;
    return await families.members({ mark, group: this.#group, pids: cgroup?.pids() ?? [] });
  }
}

const keyOf = ({ pid, startTime }: ProcessRow): string => `${pid}.${startTime}`;

function signalOne(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended, or is somebody else's by now.
  }
}
