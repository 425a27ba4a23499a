// A writer as the supervisor has one, to be killed: copies a spool file into a store, line by line, for ever.
//   node append-from-spool.ts STORE SPOOL
import { open } from 'node:fs/promises';
import { LineSplitter, openLogWriter } from '../index.ts';
import { linesOf } from './read-all.ts';

const [dir = '', spool = ''] = process.argv.slice(2);
const writer = await openLogWriter(dir);
const from = writer.spoolOffset(spool);
const splitter = new LineSplitter();
const file = await open(spool, 'r');
let at = from;
for (let size = 1; ; size = (size * 7 + 13) % 4001) {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(size + 1), 0, size + 1, at);
  if (bytesRead === 0) break;
  at += bytesRead;
  const lines = splitter.push(buffer.subarray(0, bytesRead));
  const consumed = lines.at(-1)?.consumed;
  if (consumed === undefined) continue;
  const [template] = linesOf(['']);
  if (template === undefined) break;
  await writer.append(
    lines.map(({ bytes, partial }) => ({ ...template, bytes, partial })),
    { key: spool, offset: from + consumed },
  );
  if (from === 0 && writer.end.seq === 1) process.stdout.write('begun\n');
}
await file.close();
await writer.close();
process.stdout.write('done\n');
