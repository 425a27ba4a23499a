// Writes numbered lines to stdout and stderr, and the same lines to a manifest of each: what was written, told by
// who wrote it. Lives on when it is done, so that nobody starts it again.
//   node producer.mjs FOLDER LINES PER_SECOND PADDING
import { closeSync, existsSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const [, , folder, lines, perSecond, longest] = process.argv;
const name = process.env.RIG_PROCESS;
const total = Number(lines);
const streams = [1, 2].map((fd) => ({
  fd,
  manifest: openSync(join(folder, `${name}.${fd === 1 ? 'stdout' : 'stderr'}.part`), 'w'),
  // Before anything breaks, so that every follower has a place to go on from.
  text: `${name} 0 hit\n`,
}));
const padding = 'abcdefghijklmnopqrstuvwxyz'.repeat(20);
let seed = Buffer.from(name).reduce((sum, letter) => sum * 31 + letter, 7) >>> 0;
const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;

/** A pipe or a file may take a part only. */
function writeWhole(fd, bytes) {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

let count = 0;
let started = 0;
function tick() {
  if (started === 0 && existsSync(join(folder, 'go'))) started = Date.now();
  const due =
    started === 0 ? 0 : Math.min(total, Math.ceil(((Date.now() - started) / 1000) * Number(perSecond)));
  while (count < due) {
    count += 1;
    const stream = streams[random() < 0.2 ? 1 : 0];
    const word = random() < 0.03 ? 'hit ' : '';
    stream.text += `${name} ${count} ${word}${padding.slice(0, random() * Number(longest))}\n`;
  }
  for (const stream of streams) {
    const bytes = Buffer.from(stream.text);
    stream.text = '';
    writeWhole(stream.manifest, bytes);
    writeWhole(stream.fd, bytes);
  }
  if (count < total) return;
  clearInterval(timer);
  for (const { fd, manifest } of streams) {
    closeSync(manifest);
    const path = join(folder, `${name}.${fd === 1 ? 'stdout' : 'stderr'}`);
    renameSync(`${path}.part`, path);
  }
  setInterval(() => undefined, 60_000);
}
const timer = setInterval(tick, 5);
