import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { renderSelection } from './query-text.ts';
import { compileQuery } from './query.ts';

function refusal(run: () => unknown) {
  try {
    run();
  } catch (error) {
    assert.ok(isRigError(error));
    assert.deepEqual([error.code, error.exitCode], ['invalid_query', 2]);
    return { message: error.message, position: error.details?.position };
  }
  throw new Error('it was accepted');
}

test('an expression selects of a document', () => {
  const apps = [
    { name: 'shop', release: 3 },
    { name: 'blog', release: null },
  ];
  const select = (expression: string) => compileQuery(expression).apply({ apps, nextCursor: null });
  assert.deepEqual(select('apps[].name'), ['shop', 'blog']);
  assert.deepEqual(select('apps[?release]|[0].name'), 'shop');
  assert.deepEqual(select('{n: length(apps)}'), { n: 2 });
  for (const text of ["'shop'", '`"shop"`', '`shop`']) {
    assert.deepEqual(select(`apps[?name == ${text}].release`), [3], text);
  }
  assert.equal(select('nope.nothing'), null);
});

for (const [expression, position, why] of [
  ['apps[0] name', 9, /cannot stand here/],
  ['apps[', 5, /missing behind it/],
  ['apps.name.', 10, /missing behind it/],
  ['length(apps', 7, /missing behind it/],
  ['apps[name', 6, /cannot stand here/],
  ['', 1, /missing|cannot/],
  ['apps[?name == "shop]', 15, /no end/],
  ['§', 1, /no part/],
  ['lenght(apps)', 1, /no function lenght/],
  ['apps[].tolower(name)', 8, /no function tolower/],
] as const) {
  test(`an expression is refused with its place: ${expression}`, () => {
    const { message, position: found } = refusal(() => compileQuery(expression));
    assert.equal(found, position, message);
    assert.match(message, why);
  });
}

test('an expression that does not fit the document is refused once it is applied', () => {
  assert.match(refusal(() => compileQuery('sort(name)').apply({ name: 1 })).message, /sort\(\)/);
});

test('a selection as text is lines for a shell', () => {
  assert.deepEqual(renderSelection(null), []);
  assert.deepEqual(renderSelection('a b'), ['a b']);
  assert.deepEqual(renderSelection(false), ['false']);
  assert.deepEqual(renderSelection([]), []);
  assert.deepEqual(renderSelection(['a', null, 3]), ['a', '', '3']);
  assert.deepEqual(
    renderSelection([
      ['shop', 3],
      ['blog', null],
    ]),
    ['shop\t3', 'blog\t'],
  );
  assert.deepEqual(renderSelection([{ a: [1] }]), ['{"a":[1]}']);
});
