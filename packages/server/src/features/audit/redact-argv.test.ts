import assert from 'node:assert/strict';
import { it } from 'node:test';
import { redactArgv } from './redact-argv.ts';

it('masks what is named like a secret and keeps the rest', () => {
  const cases: [string[], string[]][] = [
    [
      ['ls', '-la', '/app'],
      ['ls', '-la', '/app'],
    ],
    [
      ['curl', '--token', 'abc', '-v'],
      ['curl', '--token', '…', '-v'],
    ],
    [
      ['x', '--password=hunter2'],
      ['x', '--password=…'],
    ],
    [
      ['env', 'API_KEY=k1', 'B=2', 'run'],
      ['env', 'API_KEY=…', 'B=2', 'run'],
    ],
    [
      ['sh', '-c', 'DB_PASSWORD="a b" ./run --port=3'],
      ['sh', '-c', 'DB_PASSWORD=… ./run --port=3'],
    ],
    [
      ['psql', 'postgres://me:pw@db/x'],
      ['psql', 'postgres://…@db/x'],
    ],
    [
      ['curl', '-H', 'Authorization: Bearer'],
      ['curl', '-H', 'Authorization: …'],
    ],
    [
      ['x', '--secret', '--other'],
      ['x', '--secret', '--other'],
    ],
  ];
  for (const [argv, expected] of cases) assert.deepEqual(redactArgv(argv), expected);
});

it('bounds what it keeps, and the time it takes', () => {
  const before = performance.now();
  const hostile = [
    'x'.repeat(1_000),
    '='.repeat(1_000),
    'a="'.repeat(300),
    'a://'.repeat(250),
    ' '.repeat(1_000),
  ];
  const many = Array.from({ length: 1_000 }, (_, index) => hostile[index % hostile.length] ?? '');
  const redacted = redactArgv(many);
  assert.ok(JSON.stringify(redacted).length < 110_000);
  assert.match(redacted.at(-1) ?? '', /1000 arguments/);
  assert.deepEqual(redactArgv(['x'.repeat(100_000)]), ['… (100000 characters)']);
  // Work that grows with the square of the input takes longer even on a fast machine.
  assert.ok(performance.now() - before < 8_000);
});
