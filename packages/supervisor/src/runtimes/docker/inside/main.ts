// Runs in a container, with rig's own Node, as the user that a session or the container has.
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const [, , what = '', ...args] = process.argv;
const KILLED_MS = 5_000;
const PAUSE_MS = 5;
const CONNECT_MS = 10_000;
/** State of a socket that listens (`TCP_LISTEN` in the kernel's include/net/tcp_states.h). */
const LISTEN = '0A';

interface Row {
  pid: number;
  parent: number;
  group: number;
  session: number;
  state: string;
}

/** Fields 3 to 6 of proc_pid_stat(5). */
function readRow(pid: number): Row | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', parent, group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { pid, parent: Number(parent), group: Number(group), session: Number(session), state };
  } catch {
    return null;
  }
}

function isMarked(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark);
  } catch {
    return false;
  }
}

/** What carries the mark in its environment, its groups and all that descends from them; not what has ended. */
function membersOf(mark: string): Row[] {
  const rows = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readRow(Number(name)) ?? [])
    .filter(({ pid, state }) => pid !== 1 && pid !== process.pid && state !== 'Z' && state !== 'X');
  const family = new Set(rows.filter(({ pid }) => isMarked(pid, mark)));
  for (let size = -1; size !== family.size; ) {
    size = family.size;
    const pids = new Set([...family].map(({ pid }) => pid));
    for (const row of rows) if (pids.has(row.parent) || pids.has(row.session)) family.add(row);
  }
  return [...family];
}

function signalOne(pid: number, name: string): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended.
  }
}

function signal(mark: string, name: string): void {
  for (const { pid } of membersOf(mark)) {
    signalOne(pid, name);
    signalOne(pid, 'SIGCONT');
  }
}

/** To the process group that has the terminal of a session: field 8 of proc_pid_stat(5); to all without one. */
function signalForeground(mark: string, name: string): void {
  const [leader] = membersOf(mark);
  if (leader === undefined) return;
  const stat = readFileSync(`/proc/${leader.pid}/stat`, 'latin1');
  const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[5]);
  try {
    process.kill(-(group > 1 ? group : leader.group), name);
  } catch {
    // It has ended.
  }
}

/** Stopped first: what starts new ones faster than they are killed would never come to an end. */
async function kill(mark: string): Promise<void> {
  const stopped = new Set<number>();
  for (const deadline = Date.now() + KILLED_MS; Date.now() < deadline; await sleep(PAUSE_MS)) {
    const members = membersOf(mark);
    if (members.length === 0) return;
    const fresh = members.filter(({ pid }) => !stopped.has(pid));
    for (const { pid } of fresh) {
      stopped.add(pid);
      signalOne(pid, 'SIGSTOP');
    }
    if (fresh.length === 0) for (const { pid } of members) signalOne(pid, 'SIGKILL');
  }
}

/** Ports that are listened on in the container, and whether only from within: proc_net_tcp(5). */
function listening(): { port: number; inner: boolean }[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => {
    let text = '';
    try {
      text = readFileSync(path, 'latin1');
    } catch {
      // Without IPv6 there is no second table.
    }
    return text
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, local = '', , state] = line.trim().split(/\s+/);
        const [address = '', port = ''] = local.split(':');
        if (state !== LISTEN) return [];
        return [
          {
            port: Number.parseInt(port, 16),
            inner: /^(?:.{6}7F|0{24}01000000|0{16}FFFF0000.{6}7F)$/i.test(address),
          },
        ];
      });
  });
}

/** Both directions of a connection to a port of the container's own loopback. */
async function relay(port: number): Promise<void> {
  const addresses = ['127.0.0.1', '::1'];
  for (const [index, host] of addresses.entries()) {
    const socket = connect({ host, port, allowHalfOpen: true });
    const connected = await new Promise<boolean>((resolve) => {
      socket.setTimeout(CONNECT_MS, () => resolve(false));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => resolve(true));
    });
    if (!connected) {
      socket.destroy();
      if (index === addresses.length - 1) process.exitCode = 1;
      continue;
    }
    socket.setTimeout(0);
    socket.setNoDelay(true);
    // The first word on the other stream: it is connected.
    process.stderr.write('connected\n');
    process.stdin.pipe(socket);
    socket.pipe(process.stdout);
    const failed = await new Promise<boolean>((resolve) => {
      socket.once('error', () => resolve(true));
      socket.once('close', () => resolve(false));
    });
    if (failed) process.exitCode = 1;
    process.stdin.destroy();
    return;
  }
}

const [first = '', second = ''] = args;
if (what === 'signal') signal(first, second);
else if (what === 'foreground') signalForeground(first, second);
else if (what === 'kill') await kill(first);
else if (what === 'members') process.stdout.write(`${membersOf(first).length}\n`);
else if (what === 'ports') process.stdout.write(`${JSON.stringify(listening())}\n`);
// Holds a container for as long as somebody wants it.
else if (what === 'idle') setInterval(() => undefined, 2 ** 30);
else if (what === 'relay') await relay(Number(first));
else if (what === 'tunnel') await (await import('./tunnel.ts')).serveTunnel(listening);
else if (what === 'become') await (await import('./run-program.ts')).becomeProgram(first);
else if (what === 'run') {
  const { runProgram } = await import('./run-program.ts');
  await runProgram(first, {
    signal: (name) => signal(second, name),
    kill: async () => await kill(second),
    count: () => membersOf(second).length,
  });
} else process.exitCode = 2;
