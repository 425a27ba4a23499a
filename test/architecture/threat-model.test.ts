import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/threat-model.md', root), 'utf8');

/** Rows of the tables that name tests, as their cells. */
const rows = page
  .split('\n\n')
  .filter((block) => block.startsWith('| kept from | by | test |'))
  .flatMap((block) => block.trim().split('\n').slice(2))
  .map((line) => line.slice(2, -2).split(' | '));

test('docs/threat-model.md names a test that is there for everything that somebody is kept from', () => {
  assert.ok(rows.length > 20, 'the tables were not found');
  for (const [kept = '', by = '', tests = ''] of rows) {
    assert.ok(kept !== '' && by !== '', `${kept} | ${by}`);
    const files = [...tests.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, file]) => file ?? '');
    assert.ok(files.length > 0, `no test keeps anybody from ${kept}`);
    for (const file of files) assert.ok(existsSync(new URL(file, root)), `${kept}: there is no ${file}`);
  }
});
