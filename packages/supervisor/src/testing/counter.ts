import { existsSync, writeSync } from 'node:fs';

/**
 * Writes numbered lines, every tenth of them to stderr, some at once and some after a moment, until the
 * file of its argument is there. The last line tells how many there were.
 */
const [, , stopFile = ''] = process.argv;
let count = 0;
const timer = setInterval(() => {
  for (let many = 1 + (count % 7); many > 0; many -= 1) {
    count += 1;
    writeSync(count % 10 === 0 ? 2 : 1, `line ${count}\n`);
  }
  if (!existsSync(stopFile)) return;
  clearInterval(timer);
  writeSync(1, `end ${count}\n`);
}, 1);
