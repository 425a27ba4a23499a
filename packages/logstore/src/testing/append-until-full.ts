// A writer that meets the bound of its own file size, as it would meet a full disk, and then has it lifted.
//   node append-until-full.ts STORE
import { execFileSync } from 'node:child_process';
import { openLogWriter } from '../index.ts';
import { linesOf } from './read-all.ts';

// Without a handler the system ends the process instead of failing the write: setrlimit(2).
process.on('SIGXFSZ', () => {});
const limit = (bytes: string) =>
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:unlimited`]);

const writer = await openLogWriter(process.argv[2] ?? '');
const outcomes: (number | string)[] = [];
const append = async (text: string) => {
  try {
    outcomes.push((await writer.append(linesOf([text]), { key: 'spool', offset: outcomes.length + 1 })).seq);
  } catch (error) {
    outcomes.push(`${(error as { code: string }).code} ${writer.spoolOffset('spool')}`);
  }
};
limit('4096');
await append('a'.repeat(2000));
const together = [append('b'.repeat(1000)), append('c'.repeat(1000)), append('d'.repeat(20))];
await Promise.all(together);
await append('e'.repeat(3000));
limit('unlimited');
await append('f');
await writer.close();
process.stdout.write(JSON.stringify(outcomes));
