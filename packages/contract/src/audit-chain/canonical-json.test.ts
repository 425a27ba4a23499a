import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalJson } from './canonical-json.ts';

test('numbers, literals and strings as in RFC 8785, 3.2.2', () => {
  const value = {
    // More digits than a number holds, as in the RFC.
    numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
    literals: [null, true, false],
  };
  assert.equal(
    canonicalJson(value),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
      '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test('keys in the order of their code units, as in RFC 8785, 3.2.3', () => {
  const value = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  };
  assert.deepEqual(Object.values(JSON.parse(canonicalJson(Object.entries(value))) as object).length, 7);
  assert.deepEqual(
    [...canonicalJson(value).matchAll(/:"([A-Z]\w+)/g)].map(([, word]) => word),
    ['Carriage', 'One', 'Control', 'Latin', 'Euro', 'Emoji', 'Hebrew'],
  );
});

test('numbers at the edges, from the table of RFC 8785, appendix B', () => {
  const cases: [number, string][] = [
    [0, '0'],
    [-0, '0'],
    [5e-324, '5e-324'],
    [-1.7976931348623157e308, '-1.7976931348623157e+308'],
    [9007199254740992, '9007199254740992'],
    [295147905179352830000, '295147905179352830000'],
    [9.999999999999997e22, '9.999999999999997e+22'],
    [1e23, '1e+23'],
    [0.000001, '0.000001'],
    [333333333.33333325, '333333333.33333325'],
  ];
  for (const [number, text] of cases) assert.equal(canonicalJson(number), text);
});

test('whatever has a form comes back from it, and has only one', () => {
  const value = { b: [1, { z: '', a: null }], a: { '': [] }, ['__proto__']: 'own' };
  const text = canonicalJson(value);
  assert.equal(canonicalJson(JSON.parse(text)), text);
  assert.equal(canonicalJson({ left: undefined, a: 1 }), '{"a":1}');
});

test('what has no form is refused', () => {
  for (const value of [Number.NaN, Infinity, '\ud800', { '\udead': 1 }, [undefined], () => 1, 1n])
    assert.throws(() => canonicalJson(value), TypeError);
});
