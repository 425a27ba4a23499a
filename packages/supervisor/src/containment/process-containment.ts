import { setTimeout as sleep } from 'node:timers/promises';
import { signalGroup } from '../proc/process-group.ts';
import type { ProcessIdentity } from '../proc/process-identity.ts';
import type { ProcessRow } from '../proc/process-table.ts';
import type { ProcessFamilies } from './process-families.ts';
import type { SessionContainment } from './session-containment.ts';

const KILLED_MS = 5_000;
const POLL_MS = 50;

/**
 * Finds what a session has started as far as that can be found: one that leaves its process group, its parent
 * and its environment at once gets away.
 */
export class ProcessContainment implements SessionContainment {
  readonly kind = 'processes';
  readonly #families: ProcessFamilies;
  readonly #mark: string;
  #group = 0;

  constructor(families: ProcessFamilies, mark: string) {
    this.#families = families;
    this.#mark = mark;
  }

  enter(argv: readonly string[]): string[] {
    return [...argv];
  }

  begin({ pid }: ProcessIdentity): void {
    this.#group = pid;
  }

  async signal(name: NodeJS.Signals): Promise<void> {
    // Its own group at once: looking for the rest takes a moment.
    const group = this.#group;
    signalGroup(group, name);
    if (name === 'SIGHUP') signalGroup(group, 'SIGCONT');
    for (const row of await this.#members()) {
      if (row.group === group) continue;
      signalOne(row.pid, name);
      if (name === 'SIGHUP') signalOne(row.pid, 'SIGCONT');
    }
  }

  async kill(): Promise<void> {
    signalGroup(this.#group, 'SIGKILL');
    const deadline = performance.now() + KILLED_MS;
    const stopped = new Set<string>();
    while (performance.now() < deadline) {
      const members = await this.#members();
      if (members.length === 0) return;
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

  async end(graceMs: number): Promise<void> {
    // The number of an empty group may become somebody else's.
    if (!exists(this.#group)) this.#group = 0;
    if ((await this.#members()).length === 0) return;
    await this.signal('SIGHUP');
    const killAt = performance.now() + graceMs;
    while (performance.now() < killAt) {
      await sleep(POLL_MS);
      if ((await this.#members()).length === 0) return;
    }
    await this.kill();
  }

  close(): void {
    this.#group = 0;
  }

  async #members(): Promise<ProcessRow[]> {
    return await this.#families.members({ mark: this.#mark, group: this.#group });
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

function exists(group: number): boolean {
  if (group <= 1) return false;
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
