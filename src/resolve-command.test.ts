import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Config } from '@oclif/core';
import { commandNotFound, editDistance, resolveCommand } from './resolve-command.ts';

const ids = ['apps:list', 'apps:info', 'deploy', 'whoami', 'version', 'plugins', 'plugins:install'];
const config = {
  commands: ids.map((id) => ({ id, flags: {} })),
  findCommand: (id: string) => (ids.includes(id) ? { id, flags: {} } : undefined),
  findTopic: (id: string) => (['apps', 'plugins'].includes(id) ? { name: id } : undefined),
} as unknown as Config;

function resolve(line: string): string {
  const resolved = resolveCommand(config, line === '' ? [] : line.split(' '));
  if (resolved.kind === 'command') return `${resolved.id}(${resolved.args.join(',')})`;
  return `${resolved.kind} ${(resolved.kind === 'help' ? resolved.subject : resolved.words).join(' ')}`;
}

test('the longest name wins, and what follows are arguments', () => {
  assert.equal(resolve('apps list'), 'apps:list()');
  assert.equal(resolve('apps:list'), 'apps:list()');
  assert.equal(resolve('apps info blog -x'), 'apps:info(blog,-x)');
  assert.equal(resolve('plugins'), 'plugins()');
  assert.equal(resolve('plugins install x'), 'plugins:install(x)');
  assert.equal(resolve('whoami extra'), 'whoami(extra)');
  assert.equal(resolve('deploy -- --help'), 'deploy(--,--help)');
});

test('help is asked for by a flag, by a topic and by nothing', () => {
  assert.equal(resolve(''), 'help ');
  assert.equal(resolve('--help'), 'help ');
  assert.equal(resolve('apps'), 'help apps');
  assert.equal(resolve('apps list --help'), 'help apps list');
  assert.equal(resolve('deploy . -h'), 'help deploy');
  assert.equal(resolve('apps nonsense --help'), 'none apps nonsense');
  assert.equal(resolve('--version'), 'version()');
});

function suggest(line: string): unknown {
  return commandNotFound(config, line.split(' ')).details?.suggestions;
}

test('a word that is no command says what may have been meant', () => {
  assert.equal(resolve('apps lst'), 'none apps lst');
  assert.deepEqual(suggest('apps lst'), ['apps list']);
  assert.deepEqual(suggest('deplyo'), ['deploy']);
  assert.deepEqual(suggest('depoly now'), ['deploy']);
  assert.deepEqual(suggest('completely-different'), []);
});

test('a topic without a verb is told with the usual one that takes what was named', () => {
  const commands = [
    { id: 'logs:app', args: { app: {} } },
    { id: 'apps:list', args: {} },
    { id: 'apps:info', args: { app: {} } },
    { id: 'users:list' },
  ];
  const hint = (line: string) => commandNotFound({ commands } as unknown as Config, line.split(' ')).hint;
  assert.equal(hint('logs khello'), 'Run `rig logs app khello`, or `rig help logs` for the list.');
  assert.match(hint('apps khello'), /rig apps info khello/);
  for (const line of ['users khello', 'logs', 'khello', 'logs one two'])
    assert.doesNotMatch(hint(line), /khello|one/);
});

test('two neighbours that changed places are one edit', () => {
  assert.equal(editDistance('deplyo', 'deploy'), 1);
  assert.equal(editDistance('', 'abc'), 3);
  assert.equal(editDistance('kitten', 'sitting'), 3);
});
