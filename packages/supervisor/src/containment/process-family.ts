import { readFileSync, readlinkSync } from 'node:fs';
import { sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listProcesses, type ProcessRow } from '../proc/process-table.ts';
import type { JobCgroup } from './job-cgroup.ts';

const POLL_MS = 5;
const KILLED_MS = 5_000;

export interface FamilyOptions {
  /** What stands in the environment of its processes, as `RIG_BUILD=bld_1`. */
  mark: string;
  folders: readonly string[];
  /** Files that only its processes write to. */
  files: () => readonly string[];
  cgroup: JobCgroup | null;
}

/**
 * The processes of a job or session: those in its cgroup or its process groups, their descendants, what carries its
 * mark and what works in its folders. Whoever was seen once stays known, also under another name or parent. Without a
 * cgroup one that leaves its group, its mark and its folder between two looks is not found.
 */
export class ProcessFamily {
  readonly #options: FamilyOptions;
  readonly #groups = new Set<number>();
  /** Whether a process belongs to it, by pid and start time. */
  readonly #known = new Map<string, boolean>();

  constructor(options: FamilyOptions) {
    this.#options = options;
  }

  /** Adds the process group of a program of it. */
  addGroup(group: number): void {
    this.#groups.add(group);
  }

  /** Those that run now. */
  async members(): Promise<ProcessRow[]> {
    const rows = await listProcesses();
    const inCgroup = new Set(this.#options.cgroup?.pids() ?? []);
    const alive = new Set(rows.map(keyOf));
    for (const key of this.#known.keys()) if (!alive.has(key)) this.#known.delete(key);
    const pids = new Set<number>();
    const members: ProcessRow[] = [];
    const add = (row: ProcessRow) => {
      this.#known.set(keyOf(row), true);
      pids.add(row.pid);
      members.push(row);
    };
    const others = rows.filter((row) => {
      const belongs = inCgroup.has(row.pid) || this.#groups.has(row.group) || this.#isOwn(row);
      if (belongs) add(row);
      return !belongs;
    });
    for (let left = others; ; ) {
      const strangers = left.filter((row) => {
        if (pids.has(row.parent)) add(row);
        return !pids.has(row.pid);
      });
      if (strangers.length === left.length) return members;
      left = strangers;
    }
  }

  /** Ends all of them by force, and resolves when none runs. */
  async kill(): Promise<void> {
    await this.#options.cgroup?.kill();
    const deadline = performance.now() + KILLED_MS;
    const stopped = new Set<string>();
    for (;;) {
      const members = await this.members();
      if (members.length === 0) this.#groups.clear();
      if (members.length === 0 || performance.now() > deadline) return;
      // Stopped first: what starts new ones faster than they are killed would never come to an end.
      const fresh = members.filter((row) => !stopped.has(keyOf(row)));
      for (const row of fresh) {
        stopped.add(keyOf(row));
        signal(row.pid, 'SIGSTOP');
      }
      if (fresh.length > 0) continue;
      for (const { pid } of members) signal(pid, 'SIGKILL');
      await sleep(POLL_MS);
    }
  }

  #isOwn(row: ProcessRow): boolean {
    if (row.pid === process.pid) return false;
    const key = keyOf(row);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const own = this.#carriesMark(row.pid) || this.#worksHere(row.pid);
    this.#known.set(key, own);
    return own;
  }

  #carriesMark(pid: number): boolean {
    return read(`/proc/${pid}/environ`).split('\0').includes(this.#options.mark);
  }

  /** In its folders, without a terminal: whoever looks around there at one is a person. */
  #worksHere(pid: number): boolean {
    const stat = read(`/proc/${pid}/stat`);
    // Field 7 is the terminal; proc_pid_stat(5).
    if (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[4] !== '0') return false;
    const folder = target(`/proc/${pid}/cwd`);
    if (this.#options.folders.some((own) => folder === own || folder.startsWith(own + sep))) return true;
    const files = this.#options.files();
    return [1, 2].some((fd) => files.includes(target(`/proc/${pid}/fd/${fd}`)));
  }
}

const keyOf = ({ pid, startTime }: ProcessRow): string => `${pid}.${startTime}`;

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended, or is somebody else's by now.
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function target(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
