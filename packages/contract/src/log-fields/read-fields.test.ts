import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldOf, readFields } from './read-fields.ts';

const plain = (text: string) => {
  const fields = readFields(text);
  return fields === null ? null : { ...fields };
};

test('JSON objects', () => {
  assert.deepEqual(plain('{"a":1,"b":{"c":"x"}}'), { a: 1, b: { c: 'x' } });
  assert.deepEqual(plain('  {"a":1}  '), { a: 1 });
  for (const text of ['[1]', '"a"', '12', '{"a":1} trailing', '{"a":', '{', ''])
    assert.equal(plain(text), null, text);
});

test('logfmt', () => {
  assert.deepEqual(plain('level=info msg="all \\"well\\"\\n" n=3'), {
    level: 'info',
    msg: 'all "well"\n',
    n: '3',
  });
  assert.deepEqual(plain('a=1 flag b='), { a: '1', flag: 'true', b: '' });
  assert.deepEqual(plain('url=http://x/?a=b&c=d ok=1\r'), { url: 'http://x/?a=b&c=d', ok: '1' });
  for (const text of [
    'one pair=only',
    'pair=only',
    'Listening on port=80 host=x',
    'a=1 "b"=2',
    'a="open b=2',
    'a=1"x" b=2',
    'plain text',
    '=1 b=2',
  ]) {
    assert.equal(plain(text), null, text);
  }
});

test('names of JavaScript itself are names like others', () => {
  assert.deepEqual(fieldOf(readFields('__proto__=1 constructor=2') ?? {}, '__proto__'), '1');
  assert.equal(fieldOf(readFields('{"a":1}') ?? {}, 'constructor'), undefined);
  assert.equal(fieldOf(readFields('{"a":"text"}') ?? {}, 'a.length'), undefined);
});

test('a field by its whole name, else by its parts', () => {
  const fields = readFields('{"a.b":1,"a":{"b":2,"c.d":{"e":3}}}') ?? {};
  assert.equal(fieldOf(fields, 'a.b'), 1);
  assert.equal(fieldOf(fields, 'a.c.d.e'), 3);
  assert.equal(fieldOf(fields, 'a.x'), undefined);
});

test('very long lines are left alone', () => {
  assert.equal(readFields(`{"a":"${'x'.repeat(70_000)}"}`), null);
});
