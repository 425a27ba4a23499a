import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { execLine } from './exec-line.ts';

const lineOf = (line: string) => execLine(['sh', '-c', line])[2];

test('a line of one command becomes that command', () => {
  assert.equal(lineOf('node server.js'), 'exec node server.js');
  assert.equal(
    lineOf('  ./bin/start --port "$PORT" >> log.txt '),
    'exec ./bin/start --port "$PORT" >> log.txt',
  );
  assert.equal(
    execFileSync('sh', ['-c', lineOf('cat /proc/self/stat') ?? ''], { encoding: 'utf8' }).includes('(cat)'),
    true,
  );
});

test('a line that needs its shell keeps it', () => {
  for (const line of [
    'npm run migrate && npm start',
    'node a.js | tee log',
    'node a.js & node b.js; wait',
    'A=1 node server.js',
    '"my program" --x',
    'cd app',
    'exec node server.js',
    'echo $(date)',
    'if true\nthen node a.js\nfi',
    '',
  ])
    assert.equal(lineOf(line), line);
});

test('what is no shell line stays as it is', () => {
  for (const argv of [['node', '-c', 'x'], ['sh', 'script'], ['sh', '-c', 'node "$0"', 'a.js'], []])
    assert.deepEqual(execLine(argv), argv);
});
