import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Of the fields behind the command name, which itself may hold spaces and brackets. */
const START_TIME_INDEX = 22 - 3;

/** When this process was started, as the kernel tells it: with the pid it names a process for good (proc(5)). */
export function readStartTime(): string {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_TIME_INDEX] ?? '';
  } catch {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(process.pid)], { encoding: 'utf8' }).trim();
  }
}
