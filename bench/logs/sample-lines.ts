import { randomBytes } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';

/** Lines as services write them, 200 bytes each, so that they compress as such lines do: about 6 to 1. */
const templates = [
  'INFO request served method=GET path=/api/v1/users/% status=200 duration=% request=% client=10.0.%',
  'INFO request served method=POST path=/api/v1/orders status=201 duration=% request=% order=% tenant=%',
  'WARN retry of an upstream call attempt=2 upstream=payments.internal request=% after=% deadline=%',
  'DEBUG cache lookup key=session:% hit=false shard=% took=% request=%',
];
export const LINE_BYTES = 200;
/** In every hundredth line. */
export const FREQUENT = 'quota exceeded';
/** In a few lines of all. */
export const RARE = 'kernel-panic-4711';

/** Writes so many bytes of lines to a file. */
export function writeSample(path: string, bytes: number): void {
  const fd = openSync(path, 'w');
  const rare = new Set([0.1, 0.5, 0.9].map((share) => Math.round((bytes / LINE_BYTES) * share)));
  for (let line = 0, total = Math.floor(bytes / LINE_BYTES); line < total; ) {
    const lines: string[] = [];
    const noise = randomBytes(1000 * 24).toString('hex');
    for (let of = 0; of < 1000 && line < total; of += 1, line += 1) {
      let at = of * 48;
      const template = templates[(line * 7) % templates.length] ?? '';
      const filled = template.replaceAll('%', () => noise.slice(at, (at += 8)));
      const mark = rare.has(line) ? RARE : line % 100 === 0 ? FREQUENT : 'ok';
      const head = `2026-01-02T03:04:05.${String(line % 1000).padStart(3, '0')}Z ${filled} ${mark} `;
      lines.push(head.padEnd(LINE_BYTES - 1, 'worker=7 pool=a region=eu-1 ').slice(0, LINE_BYTES - 1));
    }
    writeSync(fd, `${lines.join('\n')}\n`);
  }
  closeSync(fd);
}
