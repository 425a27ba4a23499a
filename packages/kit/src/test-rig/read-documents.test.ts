import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDocuments } from './read-documents.ts';

const nothing = { result: undefined, error: undefined, records: [] };
const error = { code: 'not_found', message: 'No.', hint: 'Look.', exitCode: 6 };

test('one document is a result or an error', () => {
  assert.deepEqual(readDocuments('{"n": 1}\n'), { ...nothing, result: { n: 1 } });
  assert.deepEqual(readDocuments('{\n  "n": 1\n}\n'), { ...nothing, result: { n: 1 } });
  assert.deepEqual(readDocuments(JSON.stringify({ error })), { ...nothing, error });
  // A result may have a property of that name.
  assert.deepEqual(readDocuments('{"error": null}'), { ...nothing, result: { error: null } });
});

test('lines are records, and the last one ends them', () => {
  const lines = ['{"type":"line","n":1}', '{"type":"line","n":2}'];
  const records = [
    { type: 'line', n: 1 },
    { type: 'line', n: 2 },
  ];
  assert.deepEqual(readDocuments([...lines, '{"type":"end"}', ''].join('\n')), { ...nothing, records });
  const broken = [...lines, JSON.stringify({ type: 'error', error })].join('\n');
  assert.deepEqual(readDocuments(broken), { ...nothing, records, error });
  assert.deepEqual(readDocuments('{"type":"end"}\n'), nothing);
});

test('text is neither', () => {
  for (const text of ['', 'hello\n', 'hello\n{"n": 1}\n', '[1]\n', '1\n'])
    assert.deepEqual(readDocuments(text), nothing, text);
});
