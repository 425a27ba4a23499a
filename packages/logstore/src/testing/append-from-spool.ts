// A writer as the supervisor has one, to be killed: copies a spool file into a store, line by line, for ever.
//   node append-from-spool.ts STORE SPOOL
import { open } from 'node:fs/promises';
import { openLogWriter, scanText } from '../index.ts';
import { linesOf } from './read-all.ts';

const [dir = '', spool = ''] = process.argv.slice(2);
const writer = await openLogWriter(dir);
const from = writer.spoolOffset(spool);
const file = await open(spool, 'r');
let at = from;
for (let size = 1; ; size = (size * 7 + 13) % 1009) {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(size + 100), 0, size + 100, at);
  if (bytesRead === 0) break;
  const { end } = scanText(buffer.subarray(0, bytesRead));
  const [template] = linesOf(['']);
  if (template === undefined || end === 0) break;
  at += end;
  await writer.appendText({ ...template, bytes: buffer.subarray(0, end) }, { key: spool, offset: at });
  if (from === 0 && writer.end.seq > 0) process.stdout.write('begun\n');
}
await file.close();
await writer.close();
process.stdout.write('done\n');
