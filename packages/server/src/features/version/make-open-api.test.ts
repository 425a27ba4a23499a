import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { routes } from '@rig-ops/contract/routes';
import { makeOpenApi } from './make-open-api.ts';

interface Schema {
  description?: string;
  const?: unknown;
  $ref?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
}

const document = makeOpenApi('1.2.3') as {
  paths: Record<string, Record<string, { operationId: string }>>;
  components: { schemas: Record<string, Schema> };
};

const isDescribed = (schema: Schema): boolean =>
  schema.description !== undefined ||
  schema.const !== undefined ||
  schema.$ref !== undefined ||
  (schema.items !== undefined && isDescribed(schema.items)) ||
  (schema.anyOf?.every(isDescribed) ?? false);

function* undescribed(value: unknown, path: string): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  const { properties } = value as Schema;
  if (typeof properties === 'object') {
    for (const [name, schema] of Object.entries(properties)) {
      if (!isDescribed(schema)) yield `${path}.${name}`;
    }
  }
  for (const [key, item] of Object.entries(value)) yield* undescribed(item, `${path}/${key}`);
}

describe('the OpenAPI document', () => {
  it('has every route once', () => {
    const operations = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    assert.deepEqual(operations.toSorted(), [...Object.keys(routes), 'connect'].toSorted());
    assert.ok(document.paths['/v1/apps/{app}/bundles/{bundle}']?.put);
  });

  it('describes every property', () => {
    assert.deepEqual([...undescribed(document, '')], []);
  });

  it('refers only to schemas it has, and repeats none', () => {
    const text = JSON.stringify(document);
    const names = Object.keys(document.components.schemas);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      assert.ok(names.includes(name ?? ''), `${name} is not defined`);
    }
    assert.ok(names.includes('App') && names.includes('Status'));
    assert.ok(!text.includes('"$id"'));
  });
});
