import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { errorRegistry } from '@rig-ops/contract/errors';

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');

/** `code | exit | HTTP | when | next` of every row of the table. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, '')));

const byCode = (a: { code: string | undefined }, b: { code: string | undefined }) =>
  (a.code ?? '').localeCompare(b.code ?? '');

test('docs/errors.md lists every error with its exit code, status, reason and next step', () => {
  const documented = rows.map(([code, exitCode, httpStatus, when, hint]) => ({
    code: code?.replaceAll('`', ''),
    exitCode: Number(exitCode),
    httpStatus: Number(httpStatus),
    when,
    hint,
  }));
  const registered = Object.entries(errorRegistry).map(([code, { exitCode, httpStatus, when, hint }]) => ({
    code,
    exitCode,
    httpStatus,
    when,
    hint,
  }));
  assert.deepEqual(documented.toSorted(byCode), registered.toSorted(byCode));
});
