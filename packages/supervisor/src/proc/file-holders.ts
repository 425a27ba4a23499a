import { readlinkSync } from 'node:fs';
import type { ProcessRow } from './process-table.ts';

/**
 * Those processes whose stdout or stderr is one of the files. It tells the processes that a killed
 * supervisor had started, without a mark in their environment. Linux only; elsewhere none are found.
 */
export function filterHolders(rows: readonly ProcessRow[], paths: readonly string[]): ProcessRow[] {
  if (process.platform !== 'linux') return [];
  return rows.filter(({ pid }) => [1, 2].some((fd) => paths.includes(readTarget(pid, fd))));
}

function readTarget(pid: number, fd: number): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch {
    return '';
  }
}
