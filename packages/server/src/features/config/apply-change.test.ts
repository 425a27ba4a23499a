import assert from 'node:assert/strict';
import { it } from 'node:test';
import { applyChange, changeBetween, type OpenVariable } from './apply-change.ts';
import { checkChange, checkWhole } from './check-config.ts';

const variable = (key: string, value: string, more: Partial<OpenVariable> = {}): OpenVariable => ({
  key,
  value,
  secret: false,
  build: false,
  updatedAt: 'before',
  updatedBy: 'ann',
  ...more,
});
const by = { user: 'bob', at: 'now' };

it('a change is merged key by key', () => {
  const before = [variable('A', '1'), variable('B', '2', { secret: true, build: true }), variable('C', '3')];
  const { variables, ...names } = applyChange(
    before,
    {
      set: [
        { key: 'B', value: '22' },
        { key: 'D', value: '4', secret: true },
        { key: 'A', value: '1' },
      ],
      unset: ['C'],
    },
    by,
  );
  assert.deepEqual(names, { added: ['D'], changed: ['B'], removed: ['C'] });
  assert.deepEqual(variables, [
    variable('A', '1'),
    variable('B', '22', { secret: true, build: true, updatedAt: 'now', updatedBy: 'bob' }),
    variable('D', '4', { secret: true, updatedAt: 'now', updatedBy: 'bob' }),
  ]);
});

it('a change is found between two sets and applied to a third', () => {
  const before = [variable('A', '1'), variable('B', '2'), variable('C', '3')];
  const after = [variable('A', '1'), variable('B', '22', { secret: true })];
  const elsewhere = [variable('A', '9'), variable('D', '4')];
  const { variables } = applyChange(elsewhere, changeBetween(before, after), by, { ignoreUnknown: true });
  assert.deepEqual(
    variables.map(({ key, value, secret }) => [key, value, secret]),
    [
      ['A', '9', false],
      ['B', '22', true],
      ['D', '4', false],
    ],
  );
});

it('replacing removes what is not set, and removing takes what is there', () => {
  const before = [variable('A', '1'), variable('B', '2')];
  const replaced = applyChange(before, { set: [{ key: 'B', value: '2' }], replace: true }, by);
  assert.deepEqual([replaced.removed, replaced.variables.map(({ key }) => key)], [['A'], ['B']]);
  assert.throws(() => applyChange(before, { unset: ['A', 'X', 'Y'] }, by), {
    code: 'config_key_not_found',
    message: /X, Y/,
  });
});

const refused = (key: string, value: string, code: string) =>
  assert.throws(
    () => checkChange({ set: [{ key, value }] }),
    (error: Error & { code?: string }) => {
      assert.equal(error.code, code);
      assert.ok(value.length < 3 || !error.message.includes(value.slice(0, 50)), error.message);
      return true;
    },
  );

it('what is not allowed is refused, without its value', () => {
  for (const key of ['', '1A', 'A-B', 'A B', 'Ä', 'A=B', 'A'.repeat(257)])
    refused(key, 'x', 'invalid_config');
  for (const key of ['PORT', 'RIG_', 'RIG_APP']) refused(key, 'x', 'config_key_reserved');
  refused('A', 'hidden\0hidden', 'invalid_config');
  refused('A', 'x'.repeat(64 * 1024 + 1), 'invalid_config');
  checkChange({ set: [{ key: 'A', value: 'x'.repeat(64 * 1024) }] });
  assert.throws(() => checkChange({ set: [{ key: 'A', value: '' }], unset: ['A'] }), {
    code: 'invalid_config',
  });
  assert.throws(
    () =>
      checkChange({
        set: [
          { key: 'A', value: '' },
          { key: 'A', value: '' },
        ],
      }),
    { code: 'invalid_config', message: /twice/ },
  );
  const many = Array.from({ length: 501 }, (_, index) => ({ key: `K${index}`, value: '' }));
  assert.throws(() => checkWhole(many), { code: 'invalid_config' });
  const large = Array.from({ length: 9 }, (_, index) => ({ key: `K${index}`, value: 'x'.repeat(64 * 1024) }));
  assert.throws(() => checkWhole(large), { code: 'invalid_config' });
});
