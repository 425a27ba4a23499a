import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Uids from `first` on; gids are the same numbers. */
export interface UidRange {
  first: number;
  count: number;
}

/**
 * Above all that is in use by custom: people, subordinate uids (from 100000), containers of systemd (to 1879048191),
 * and below its foreign range (from 2147352576) and the sign bit. Platforms take blocks of it by their folder.
 */
const LARGE = { first: 1_900_000_000, blocks: 10_000, count: 20_000 };
/** For a machine that has 65536 uids, as a container: above people, below what systemd gives out (from 60001). */
const SMALL = { first: 40_000, blocks: 19, count: 1_000 };

/** Chooses the uids of a platform's apps: such that this process may become, and nobody else has. */
export function chooseUidRange(platform: string, files = readFiles()): UidRange | null {
  const seed = createHash('sha256').update(platform).digest().readUInt32LE();
  for (const { first, blocks, count } of [LARGE, SMALL]) {
    for (let tried = 0; tried < Math.min(blocks, 50); tried++) {
      const range = { first: first + ((seed + tried) % blocks) * count, count };
      if (isMapped(range, files.uidMap) && isFree(range, files)) return range;
    }
  }
  return null;
}

interface UserFiles {
  uidMap: string;
  passwd: string;
  /** /etc/subuid and /etc/subgid. */
  subordinate: string;
}

const readFiles = (): UserFiles => ({
  uidMap: read('/proc/self/uid_map'),
  passwd: `${read('/etc/passwd')}\n${read('/etc/group')}`,
  subordinate: `${read('/etc/subuid')}\n${read('/etc/subgid')}`,
});

/** Lines of `/proc/self/uid_map`: first uid here, first uid outside, how many. */
const isMapped = ({ first, count }: UidRange, uidMap: string): boolean =>
  linesOf(uidMap, /\s+/).some(([inside, , length]) => {
    return first >= Number(inside) && first + count <= Number(inside) + Number(length);
  });

function isFree({ first, count }: UidRange, { passwd, subordinate }: UserFiles): boolean {
  const taken = [
    ...linesOf(passwd, ':').map(([, , id]) => [Number(id), 1]),
    ...linesOf(subordinate, ':').map(([, from, length]) => [Number(from), Number(length)]),
  ];
  return taken.every(([from = 0, length = 0]) => from + length <= first || from >= first + count);
}

const linesOf = (text: string, separator: string | RegExp): string[][] =>
  text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim().split(separator)]));

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
