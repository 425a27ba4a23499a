import { readdir, readFile, readlink } from 'node:fs/promises';

/** A socket that a process listens on. */
export interface ListeningSocket {
  /** As `127.0.0.1`, `0.0.0.0`, `::1` or `::`. */
  address: string;
  port: number;
}

/** State of a listening socket in /proc/net/tcp (`TCP_LISTEN` of the kernel's tcp_states.h). */
const LISTEN = '0A';

/** Addresses in /proc/net/tcp are words in the byte order of the machine; those we name are told apart here. */
function addressOf(hex: string): string {
  if (hex.length === 8)
    return (hex.match(/../g) ?? [])
      .map((byte) => Number.parseInt(byte, 16))
      .toReversed()
      .join('.');
  if (/^0+$/.test(hex)) return '::';
  if (/^0{24}01000000$/.test(hex)) return '::1';
  return 'an IPv6 address';
}

async function listeningByInode(): Promise<Map<string, ListeningSocket>> {
  const sockets = new Map<string, ListeningSocket>();
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(file, 'utf8').catch(() => '');
    for (const line of text.split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      const [address = '', port = ''] = (fields[1] ?? '').split(':');
      const inode = fields[9];
      if (fields[3] === LISTEN && inode !== undefined)
        sockets.set(inode, { address: addressOf(address), port: Number.parseInt(port, 16) });
    }
  }
  return sockets;
}

/** Parent and process group by pid; fields 4 and 5 of /proc/<pid>/stat, behind the name in brackets. */
async function readProcesses(): Promise<Map<number, { parent: number; group: number }>> {
  const processes = new Map<number, { parent: number; group: number }>();
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const [, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (parent !== undefined && group !== undefined)
      processes.set(Number(name), { parent: Number(parent), group: Number(group) });
  }
  return processes;
}

/** What a process, its group and its descendants listen on. Linux only; elsewhere nothing is found. */
export async function findListening(pid: number): Promise<ListeningSocket[]> {
  const processes = await readProcesses();
  const family = new Set([pid]);
  for (let before = 0; before !== family.size; ) {
    before = family.size;
    for (const [child, { parent, group }] of processes)
      if (group === pid || family.has(parent)) family.add(child);
  }
  const sockets = await listeningByInode();
  const found = new Map<string, ListeningSocket>();
  for (const member of family) {
    for (const fd of await readdir(`/proc/${member}/fd`).catch(() => [])) {
      const link = await readlink(`/proc/${member}/fd/${fd}`).catch(() => '');
      const socket = sockets.get(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? '');
      if (socket !== undefined) found.set(`${socket.address}:${socket.port}`, socket);
    }
  }
  return [...found.values()];
}
