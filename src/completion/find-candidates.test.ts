import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompletionIndex } from './completion-index.ts';
import { findCandidates } from './find-candidates.ts';

const app = { summary: 'The app.', kind: 'apps' as const };
const index: CompletionIndex = {
  format: 1,
  stamp: '',
  madeAt: 0,
  linked: false,
  topics: { apps: 'Apps.', empty: 'Nothing in it.' },
  commands: {
    'apps list': { summary: 'List.', args: [], flags: { limit: { summary: 'At most.', takesValue: true } } },
    'apps info': { summary: 'One app.', args: [app], flags: {} },
    help: { summary: 'Help.', args: [{ summary: 'Words.' }], flags: {} },
    status: { summary: 'All.', args: [], flags: {} },
    'status live': { summary: 'All the time.', args: [], flags: {} },
    run: {
      summary: 'Run.',
      args: [app, { summary: 'How.', options: ['fast', 'for ever'] }],
      flags: {
        app: { ...app, char: 'a', takesValue: true },
        release: { summary: 'Which.', kind: 'releases', takesValue: true },
        size: { summary: 'How big.', char: 's', takesValue: true, options: ['s', 'm'], multiple: true },
        wait: { summary: 'Wait.', takesValue: false },
        'no-wait': { summary: 'Wait.', takesValue: false },
      },
    },
  },
  globals: { context: { summary: 'Which platform.', takesValue: true, kind: 'contexts' } },
};

function words(...line: string[]) {
  return findCandidates(index, line).candidates.map(({ word }) => word);
}

test('commands and topics, one word at a time', () => {
  assert.deepEqual(words(''), ['apps', 'help', 'run', 'status']);
  assert.deepEqual(words('a'), ['apps']);
  assert.deepEqual(words('apps', ''), ['info', 'list']);
  assert.deepEqual(words('apps', 'l'), ['list']);
  assert.deepEqual(words('nonsense', ''), []);
  assert.deepEqual(words('status', ''), ['live']);
  assert.deepEqual(words('help', 'apps', ''), ['info', 'list']);
  assert.equal(findCandidates(index, ['a']).candidates[0]?.summary, 'Apps.');
});

test('flags, those given already left out', () => {
  assert.deepEqual(words('apps', 'list', '--'), ['--context', '--limit']);
  assert.deepEqual(words('apps', 'list', '--limit', '3', '--'), ['--context']);
  assert.deepEqual(words('apps', 'list', '--limit=3', '--l'), []);
  assert.deepEqual(words('run', '-s', 'm', '--s'), ['--size']);
  assert.deepEqual(words('--context', 'x', 'apps', ''), ['info', 'list']);
  assert.deepEqual(words('run', '--', '--'), []);
});

test('values of flags and arguments', () => {
  assert.deepEqual(words('run', '--size', ''), ['s', 'm']);
  assert.deepEqual(words('run', '--size='), ['--size=s', '--size=m']);
  assert.deepEqual(words('run', 'shop', 'fo'), ['for ever']);
  assert.deepEqual(words('run', '--wait=x'), []);
  assert.deepEqual(findCandidates(index, ['apps', 'info', '']).values, { kind: 'apps', before: '' });
  assert.deepEqual(findCandidates(index, ['apps', 'info', 'x', '']).values, undefined);
  assert.deepEqual(findCandidates(index, ['run', '--context=x']).values, {
    kind: 'contexts',
    before: '--context=',
  });
});

test('what the line says about app and context', () => {
  for (const line of [
    ['run', 'shop', '--release', ''],
    ['run', '--app', 'shop', '--release', ''],
    ['run', '-a', 'shop', '--release='],
  ]) {
    const { app: named, values } = findCandidates(index, line);
    assert.deepEqual([named, values?.kind], ['shop', 'releases'], line.join(' '));
  }
  assert.equal(findCandidates(index, ['--context=far', 'run', '']).context, 'far');
});
