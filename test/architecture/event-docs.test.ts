import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type EventKindEntry, eventKinds } from '@rig-ops/contract/event-kinds';
import { WebhookPayloadSchema } from '@rig-ops/contract/resources';
import { makeValidator } from '../contract/validate-strictly.ts';

const read = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const page = read('events.md');
const rows = page.split('\n').filter((line) => line.startsWith('| `'));

const rowOf = ([kind, { when, details, verb }]: [string, EventKindEntry]) =>
  `| \`${kind}\` | ${when} | ${details ?? ''} | ${verb === undefined ? '' : `\`${verb}\``} |`;

test('docs/events.md lists every kind of event, what it has, and what it takes to see it', () => {
  assert.deepEqual(rows, (Object.entries(eventKinds) as [string, EventKindEntry][]).map(rowOf));
});

test('docs/webhook-payload.schema.json is what messages to webhooks keep to, and the example of the page is one', () => {
  const {
    title: _title,
    $schema: _dialect,
    ...published
  } = JSON.parse(read('webhook-payload.schema.json')) as Record<string, unknown>;
  assert.deepEqual(published, JSON.parse(JSON.stringify(WebhookPayloadSchema)));
  const [, example = ''] = /```json\n(.*?)```/s.exec(read('webhooks.md')) ?? [];
  assert.deepEqual(makeValidator(published)(JSON.parse(example)), []);
});
