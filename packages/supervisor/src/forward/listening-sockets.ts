import { readFileSync } from 'node:fs';

/** A TCP socket of this machine that waits for connections. */
export interface ListeningSocket {
  /** Where it can be reached, as `127.0.0.1` or `::1`. */
  address: string;
  port: number;
  inode: string;
}

/** State of a socket that listens (`TCP_LISTEN` in the kernel's include/net/tcp_states.h). */
const LISTEN = '0A';

/** The listening sockets of this machine; null where the system has no list of them (all but Linux). */
export function listListening(): ListeningSocket[] | null {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map(readTable);
  if (tables.every((table) => table === null)) return null;
  return tables.flatMap((table) => table ?? []);
}

/** Reads a table as proc_net_tcp(5) describes it. */
function readTable(path: string): ListeningSocket[] | null {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch {
    // Without IPv6 there is no second table.
    return null;
  }
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => parseRow(line.trim().split(/\s+/)));
}

function parseRow(fields: string[]): ListeningSocket[] {
  const [, local = '', , state, , , , , , inode = ''] = fields;
  const [address = '', port = ''] = local.split(':');
  if (state !== LISTEN) return [];
  return [{ address: reachableAt(address), port: Number.parseInt(port, 16), inode }];
}

/**
 * The address to connect to: a socket on every address is reached on loopback. The kernel writes an address as
 * words of 32 bits in the byte order of the machine, which is little-endian wherever Node runs.
 */
function reachableAt(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    Array.from(Buffer.from(word, 'hex')).toReversed(),
  );
  if (bytes.length === 4) return bytes.every((byte) => byte === 0) ? '127.0.0.1' : bytes.join('.');
  // On `::` it may take IPv6 alone, so IPv6 is what surely reaches it.
  if (bytes.every((byte) => byte === 0)) return '::1';
  const groups: string[] = [];
  for (let at = 0; at < 16; at += 2)
    groups.push(((bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)).toString(16));
  return groups.join(':');
}
