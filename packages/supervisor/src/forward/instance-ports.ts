import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import type { InstanceReport } from '@rig-ops/contract/supervisor';
import { listProcesses, type ProcessRow } from '../proc/process-table.ts';
import { listListening, type ListeningSocket } from './listening-sockets.ts';

/** Which ports are an instance's own. */
export interface OwnPorts {
  /** Where a process of the instance listens on the port; null when none does. */
  find(instance: InstanceReport, port: number): Promise<ListeningSocket | null>;
  /** Ports that its processes listen on, in order; empty where they cannot be told. */
  list(instance: InstanceReport): Promise<number[]>;
}

/** More than are used at a time; beyond it they are found anew. */
const MOST_KNOWN = 1_000;

/** A socket that was found at a process: looked at again instead of searched for. */
interface Known {
  link: string;
  inode: string;
}

/**
 * Finds the listening sockets of an instance: those that one of its processes holds open. They are the process
 * group it was started as, everything that descends from it, and what carries the path of its own temporary folder in
 * its environment: a program may leave its group and its parents, and sessions in the instance are of it too.
 */
export class InstancePorts implements OwnPorts {
  readonly #folderOf: (instance: string) => string;
  readonly #known = new Map<string, Known>();

  /** @param folderOf TMPDIR of an instance */
  constructor(folderOf: (instance: string) => string) {
    this.#folderOf = folderOf;
  }

  async find(instance: InstanceReport, port: number): Promise<ListeningSocket | null> {
    const sockets = (listListening() ?? []).filter((socket) => socket.port === port);
    if (sockets.length === 0) return null;
    const key = `${instance.spec.id}.${port}`;
    const known = this.#known.get(key);
    const again = sockets.find(({ inode }) => inode === known?.inode);
    if (again !== undefined && known !== undefined && linkOf(known.link) === socketName(known.inode))
      return again;
    this.#known.delete(key);
    for (const pid of await this.#family(instance)) {
      const found = this.#heldBy(pid, sockets);
      if (found === null) continue;
      if (this.#known.size >= MOST_KNOWN) this.#known.clear();
      this.#known.set(key, { link: found.link, inode: found.socket.inode });
      return found.socket;
    }
    return null;
  }

  async list(instance: InstanceReport): Promise<number[]> {
    const sockets = listListening() ?? [];
    const ports = new Set<number>();
    for (const pid of await this.#family(instance)) {
      for (const { name } of openFiles(pid)) {
        const socket = sockets.find(({ inode }) => socketName(inode) === name);
        if (socket !== undefined) ports.add(socket.port);
      }
    }
    return [...ports].toSorted((left, right) => left - right);
  }

  #heldBy(
    pid: number,
    sockets: readonly ListeningSocket[],
  ): { link: string; socket: ListeningSocket } | null {
    for (const { link, name } of openFiles(pid)) {
      const socket = sockets.find(({ inode }) => socketName(inode) === name);
      if (socket !== undefined) return { link, socket };
    }
    return null;
  }

  async #family({ pid, spec }: InstanceReport): Promise<number[]> {
    const mark = `TMPDIR=${this.#folderOf(spec.id)}`;
    const rows = (await listProcesses()).filter((row) => row.pid !== process.pid);
    // A mark is anybody's to set, but not under the uid that an app of its own has.
    const user = userOf(pid);
    const isOwn = (row: ProcessRow) =>
      row.group === pid || (userOf(row.pid) === user && carries(row.pid, mark));
    const family = new Set(rows.filter(isOwn).map((row) => row.pid));
    for (let size = -1; size !== family.size; ) {
      size = family.size;
      for (const row of rows) if (family.has(row.parent)) family.add(row.pid);
    }
    return [...family];
  }
}

const socketName = (inode: string): string => `socket:[${inode}]`;

function openFiles(pid: number): { link: string; name: string }[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => {
      const link = `/proc/${pid}/fd/${fd}`;
      return { link, name: linkOf(link) };
    });
  } catch {
    // It has ended, or is not ours to look into.
    return [];
  }
}

const userOf = (pid: number): number | undefined => statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function carries(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark);
  } catch {
    return false;
  }
}
