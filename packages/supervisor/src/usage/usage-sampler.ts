import { readFileSync } from 'node:fs';
import type { ProcessUsage } from '@rig-ops/contract/supervisor';
import { listProcesses, type ProcessRow } from '../proc/process-table.ts';

/** An instance as its process group and the descendants of its leader. */
export interface Sampled {
  instance: string;
  pid: number;
  startedAt: string;
  /** Whether the leader and its child are rig's own, which hold a pid namespace for it. */
  relayed: boolean;
}

/** `USER_HZ`, in which proc(5) tells time: 100 on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;
/** Shorter intervals would tell more about the clock ticks than about the programs. */
const MIN_INTERVAL_MS = 500;

/** Measures CPU and memory of instances from `/proc`; tells nothing on other systems. */
export class UsageSampler {
  #sampledAt = Number.NEGATIVE_INFINITY;
  #ticks = new Map<string, number>();
  #latest: ProcessUsage[] = [];

  /** A question within half a second of the one before gets the same answer. */
  async sample(instances: readonly Sampled[]): Promise<ProcessUsage[]> {
    const now = performance.now();
    if (process.platform !== 'linux') return [];
    if (now - this.#sampledAt < MIN_INTERVAL_MS && this.#covers(instances)) return this.#latest;
    const rows = await listProcesses();
    const ticks = new Map<string, number>();
    this.#latest = instances.map((sampled) => {
      const family = familyOf(rows, sampled.pid).filter(
        ({ pid, parent }) => !sampled.relayed || (pid !== sampled.pid && parent !== sampled.pid),
      );
      const spent = this.#spend(family, ticks);
      const known = family.some((row) => this.#ticks.has(keyOf(row)));
      const sinceMs = known ? now - this.#sampledAt : Date.now() - Date.parse(sampled.startedAt);
      const cpuPercent = sinceMs <= 0 ? 0 : (spent / TICKS_PER_SECOND / (sinceMs / 1000)) * 100;
      return {
        instance: sampled.instance,
        cpuPercent: Math.max(0, Math.round(cpuPercent * 10) / 10),
        memoryBytes: family.reduce((sum, { pid }) => sum + residentBytes(pid), 0),
      };
    });
    this.#ticks = ticks;
    this.#sampledAt = now;
    return this.#latest;
  }

  #covers(instances: readonly Sampled[]): boolean {
    return instances.every(({ instance }) => this.#latest.some((usage) => usage.instance === instance));
  }

  /** Clock ticks spent since the sample before; notes those of this one in `ticks`. */
  #spend(family: readonly ProcessRow[], ticks: Map<string, number>): number {
    let spent = 0;
    for (const row of family) {
      const total = row.cpuTicks ?? 0;
      ticks.set(keyOf(row), total);
      spent += total - (this.#ticks.get(keyOf(row)) ?? 0);
    }
    return spent;
  }
}

const keyOf = ({ pid, startTime }: ProcessRow) => `${pid}.${startTime}`;

/** The group of a process, and whatever descends from it. */
function familyOf(rows: readonly ProcessRow[], leader: number): ProcessRow[] {
  const family = new Set(rows.filter(({ pid, group }) => pid === leader || group === leader));
  const pids = new Set([...family].map(({ pid }) => pid));
  for (let grown = true; grown; ) {
    grown = false;
    for (const row of rows) {
      if (family.has(row) || !pids.has(row.parent)) continue;
      family.add(row);
      pids.add(row.pid);
      grown = true;
    }
  }
  return [...family];
}

/** Resident memory; pages shared between processes count for each of them. */
function residentBytes(pid: number): number {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
