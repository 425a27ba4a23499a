import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { readTableView, tableFlags } from './table-flags.ts';
import { applyView } from './table-view.ts';

const columns = [
  { key: 'name', header: 'APP' },
  { key: 'version', header: 'RELEASE' },
  { key: 'age', header: 'CREATED', sortBy: 'createdAt' },
  { key: 'lastExit', header: 'LAST EXIT' },
  { key: 'current', header: '' },
];
const rows = [
  {
    name: '\u001B[32mshop\u001B[39m',
    version: 'v10',
    age: '5 min ago',
    createdAt: '2026-03-02',
    lastExit: null,
  },
  { name: 'Blog', version: 'v9', age: '2 h ago', createdAt: '2026-03-01', lastExit: 'SIGKILL' },
  { name: 'api', version: '', age: '3 d ago', createdAt: '2026-02-27', lastExit: 'exit 1' },
];
const order = (sort: string[]) =>
  applyView(rows, columns, { sort }).rows.map(({ version }) => String(version));
const kept = (...filter: string[]) =>
  applyView(rows, columns, { filter }).rows.map(({ createdAt }) => String(createdAt));

test('columns are chosen and ordered by what stands above them', () => {
  const names = ['created', 'app', 'LAST EXIT', 'last-exit', 'lastexit', 'current'];
  assert.deepEqual(
    applyView(rows, columns, { columns: names }).columns.map(({ key }) => key),
    ['age', 'name', 'lastExit', 'lastExit', 'lastExit', 'current'],
  );
});

test('rows are sorted by number, by what is behind the text, and what is missing comes last', () => {
  assert.deepEqual(order(['release']), ['v9', 'v10', '']);
  assert.deepEqual(order(['-release']), ['v10', 'v9', '']);
  assert.deepEqual(order(['created']), ['', 'v9', 'v10']);
  assert.deepEqual(order(['app']), ['', 'v9', 'v10']);
  assert.deepEqual(order(['last-exit', 'app']), ['', 'v9', 'v10']);
  assert.deepEqual(order([]), ['v10', 'v9', '']);
});

test('rows are kept whose column holds a text, whatever its case and colour', () => {
  assert.deepEqual(kept('app=SHOP'), ['2026-03-02']);
  assert.deepEqual(kept('app!=shop'), ['2026-03-01', '2026-02-27']);
  assert.deepEqual(kept('app!=shop', 'last-exit=exit'), ['2026-02-27']);
  assert.deepEqual(kept('last-exit='), ['2026-03-02', '2026-03-01', '2026-02-27']);
});

for (const view of [{ columns: ['app', 'size'] }, { sort: ['-size'] }, { filter: ['size=1'] }]) {
  test(`a column that is not there is refused with those that are: ${JSON.stringify(view)}`, () => {
    assert.throws(
      () => applyView([], columns, view),
      (error) =>
        isRigError(error) &&
        error.exitCode === 2 &&
        /"size"; there are: app, release, created, last-exit, current\./.test(error.message),
    );
  });
}

test('a filter that is none is refused', () => {
  assert.throws(() => applyView(rows, columns, { filter: ['app'] }), /is not COLUMN=TEXT/);
});

test('flags say what is wanted, are refused where no table is shown, and may mean something else', () => {
  const given = { columns: 'app, release', filter: ['app=x'] };
  assert.deepEqual(readTableView(tableFlags, given, false), {
    columns: ['app', 'release'],
    sort: undefined,
    filter: ['app=x'],
  });
  assert.throws(() => readTableView(tableFlags, given, true), /not shown here/);
  assert.equal(readTableView({ columns: {} }, { columns: 'x' }, true), undefined);
  assert.equal(readTableView(tableFlags, {}, true), undefined);
});
