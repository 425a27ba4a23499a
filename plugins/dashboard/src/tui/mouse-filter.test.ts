import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { MouseFilter, type MouseReport } from './mouse-filter.ts';

test('keys pass, what the mouse does is told apart, wherever the bytes are cut', async () => {
  const typed = 'a\u001B[<0;5;7M\u001B[<0;5;7mb\u001B[A\u001B[<64;1;1M\u001B[<65;120;40M\u001B[<35;3;3Mc';
  for (let cut = 0; cut <= typed.length; cut += 1) {
    const source = new PassThrough();
    const reports: MouseReport[] = [];
    const filter = new MouseFilter(source, (report) => reports.push(report));
    filter.setEncoding('utf8');
    filter.setRawMode(true);
    let keys = '';
    filter.on('data', (chunk: string) => {
      keys += chunk;
    });
    source.write(typed.slice(0, cut));
    await new Promise(setImmediate);
    source.end(typed.slice(cut));
    await new Promise((resolve) => filter.once('end', resolve));
    // A lone Escape is a key, and is not held back: what follows in the next chunk is then text.
    if (typed[cut - 1] === '\u001B' || typed.slice(cut - 2, cut) === '\u001B[') continue;
    assert.equal(keys, 'ab\u001B[Ac', `cut at ${cut}`);
    assert.deepEqual(reports, [
      { what: 'press', column: 4, row: 6 },
      { what: 'wheel-up', column: 0, row: 0 },
      { what: 'wheel-down', column: 119, row: 39 },
    ]);
  }
});

test('who has no raw terminal reads nothing: what is typed belongs to somebody else', async () => {
  const source = new PassThrough();
  const filter = new MouseFilter(source, () => undefined);
  filter.setRawMode(true);
  filter.setRawMode(false);
  source.write('for the shell');
  await new Promise(setImmediate);
  assert.equal(filter.read(), null);
  assert.equal(source.read()?.toString(), 'for the shell');
});
