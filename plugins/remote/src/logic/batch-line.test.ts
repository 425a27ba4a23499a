import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { idOf, readBatchLine } from './batch-line.ts';
import { readLines } from './read-lines.ts';

test('a line says what the command line does not', () => {
  const defaults = { app: 'shop', process: 'worker', env: { A: '1', B: '2' }, timeoutMs: 1000 };
  assert.deepEqual(readBatchLine({ argv: ['ls'] }, defaults), {
    params: { ...defaults, argv: ['ls'] },
    stdin: null,
  });
  const own = { id: 7, app: 'blog', shell: 'a | b', instance: 'web.2', env: { B: '3' }, timeout: '5m' };
  assert.deepEqual(readBatchLine(own, defaults), {
    params: {
      app: 'blog',
      argv: ['sh', '-c', 'a | b'],
      instance: 'web.2',
      env: { A: '1', B: '3' },
      timeoutMs: 300_000,
    },
    stdin: null,
  });
});

const stdinOf = (line: object) => readBatchLine({ argv: ['x'], ...line }, { app: 'a' }).stdin;

test('stdin is text or base64', () => {
  assert.equal(Buffer.from(stdinOf({ stdin: 'grün' }) ?? []).toString(), 'grün');
  assert.deepEqual([...(stdinOf({ stdin: '/w==', stdinEncoding: 'base64' }) ?? [])], [0xff]);
});

test('what is wrong is said, whatever it is', () => {
  const lines: [unknown, RegExp][] = [
    [null, /no object/],
    [[], /no object/],
    ['ls', /no object/],
    [{}, /"argv"/],
    [{ argv: [] }, /"argv"/],
    [{ argv: 'ls' }, /"argv"/],
    [{ argv: ['ls', 1] }, /"argv"/],
    [{ argv: ['ls'], shell: 'ls' }, /both/],
    [{ argv: ['ls'], arg: 1 }, /unknown field "arg"/],
    [{ argv: ['ls'], id: {} }, /"id"/],
    [{ argv: ['ls'], app: 1 }, /"app"/],
    [{ argv: ['ls'], env: [] }, /"env"/],
    [{ argv: ['ls'], env: { A: 1 } }, /"env"/],
    [{ argv: ['ls'], timeout: 3 }, /"timeout"/],
    [{ argv: ['ls'], timeout: '3x' }, /"timeout"/],
    [{ argv: ['ls'], stdin: 'a', stdinEncoding: 'hex' }, /"stdinEncoding"/],
    [{ argv: ['ls'], stdin: 'a!', stdinEncoding: 'base64' }, /base64/],
  ];
  for (const [line, message] of lines) {
    assert.throws(() => readBatchLine(line, { app: 'a' }), { code: 'invalid_input', message });
  }
  assert.throws(() => readBatchLine({ argv: ['ls'] }, {}), { code: 'app_required' });
  assert.equal(idOf({ id: 'a' }), 'a');
  assert.equal(idOf([]), null);
});

test('lines are numbered, and one that is too long is skipped and said to be', async () => {
  const source = Readable.from([Buffer.from('one\n\nlo'), Buffer.from('ng long\r\nlast')]);
  const lines = [];
  for await (const { number, bytes } of readLines(source, 5)) lines.push([number, bytes?.toString()]);
  assert.deepEqual(lines, [
    [1, 'one'],
    [2, ''],
    [3, undefined],
    [4, 'last'],
  ]);
});
