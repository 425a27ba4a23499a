import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { bundleSchema, readSchemas, writeSchemas } from '../schemas.ts';

test('a part with a name is defined once, and what is called $id is left alone', () => {
  const app = { $id: 'App', type: 'object', properties: { $id: { type: 'string' } } };
  const schema = { $id: 'Pair', type: 'object', properties: { a: app, b: { type: 'array', items: app } } };
  assert.deepEqual(bundleSchema(schema, 'Two apps'), {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Two apps',
    type: 'object',
    properties: { a: { $ref: '#/$defs/App' }, b: { type: 'array', items: { $ref: '#/$defs/App' } } },
    $defs: { App: { type: 'object', properties: { $id: { type: 'string' } } } },
  });
});

test('a plugin ships its schemas beside its commands, and has them before it is built', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'rig-schemas-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const manifest = { oclif: { commands: './dist/commands' } };
  write('package.json', JSON.stringify({ type: 'module', ...manifest }));
  write('dist/schemas/pets/list.js', "export const resultSchema = { type: 'object' };");
  write('dist/schemas/pets/index.js', "export const recordSchema = { type: 'array' };");
  write('dist/schemas/pets/list.d.ts', 'not to be read');

  const before = await readSchemas(root, manifest);
  assert.deepEqual(Object.keys(before).toSorted(), ['pets', 'pets list']);
  assert.equal(before['pets list']?.result?.type, 'object');
  assert.equal(before.pets?.record?.title, 'Record of rig pets');
  await writeSchemas(root);
  rmSync(join(root, 'dist', 'schemas'), { recursive: true });
  assert.deepEqual(await readSchemas(root, manifest), before);
  assert.deepEqual(await readSchemas(root, {}), {});
});

test('a file of schemas without a schema is a mistake that is named', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'rig-schemas-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'dist', 'schemas'), { recursive: true });
  writeFileSync(join(root, 'package.json'), '{"type":"module","oclif":{"commands":"./dist/commands"}}');
  writeFileSync(join(root, 'dist', 'schemas', 'pets.js'), 'export const schema = {};');
  await assert.rejects(writeSchemas(root), /pets\.js exports neither resultSchema nor recordSchema/);
});
