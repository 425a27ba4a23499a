import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type EventKindEntry, eventKinds } from '@rig-ops/contract/event-kinds';

const page = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| `'));

const rowOf = ([kind, { when, details, verb }]: [string, EventKindEntry]) =>
  `| \`${kind}\` | ${when} | ${details ?? ''} | ${verb === undefined ? '' : `\`${verb}\``} |`;

test('docs/events.md lists every kind of event, what it has, and what it takes to see it', () => {
  assert.deepEqual(rows, (Object.entries(eventKinds) as [string, EventKindEntry][]).map(rowOf));
});
