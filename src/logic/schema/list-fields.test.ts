import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listFields } from './list-fields.ts';

const kind = (type: string) => ({
  type: 'object',
  properties: { type: { const: type, description: 'Kind.' }, [type]: { type: 'integer', description: '' } },
});

test('fields have the path that --query takes, their type, and what is said about them', () => {
  const schema = {
    type: 'object',
    properties: {
      apps: { type: 'array', items: { $ref: '#/$defs/App' }, description: 'All of them.' },
      state: { anyOf: [{ enum: ['on', 'off'] }, { type: 'null' }], description: 'How it is.' },
    },
    $defs: {
      App: {
        type: 'object',
        description: 'An app.',
        properties: {
          name: { type: 'string', description: 'Its name.' },
          parent: { $ref: '#/$defs/App' },
        },
      },
    },
  };
  assert.deepEqual(listFields(schema), [
    { path: 'apps', type: 'list of App', description: 'All of them.' },
    { path: 'apps[].name', type: 'string', description: 'Its name.' },
    { path: 'apps[].parent', type: 'App', description: 'An app.' },
    { path: 'state', type: '"on" | "off" or null', description: 'How it is.' },
  ]);
});

test('a field that several kinds of record have is listed once', () => {
  assert.deepEqual(
    listFields({ anyOf: [kind('line'), kind('gap')] }).map(({ path, type }) => [path, type]),
    [
      ['type', '"line" | "gap"'],
      ['line', 'integer'],
      ['gap', 'integer'],
    ],
  );
});
