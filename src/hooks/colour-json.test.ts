import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripStyles } from '@rig-ops/kit/text';
import { colourJson, escapeControls } from './colour-json.ts';

test('keys, strings and the rest have their colours, and the text stays the same', () => {
  const json = JSON.stringify(
    { name: 'a "quoted": 1', count: -1.5e3, ok: true, list: [null, 'x:'] },
    undefined,
    2,
  );
  const coloured = colourJson(json);
  assert.equal(stripStyles(coloured), json);
  assert.ok(coloured.includes('\u001B[34m"name"\u001B[39m: \u001B[32m"a \\"quoted\\": 1"\u001B[39m'));
  assert.ok(coloured.includes('\u001B[33m-1500\u001B[39m'));
});

test('what a terminal would obey is written as JSON can write it', () => {
  const value = { text: 'a\u009b31m\u202eb\u007f' };
  const escaped = escapeControls(JSON.stringify(value));
  assert.equal(escaped, '{"text":"a\\u009b31m\\u202eb\\u007f"}');
  assert.deepEqual(JSON.parse(escaped), value);
});
