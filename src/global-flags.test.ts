import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRigError } from '@rig-ops/contract/errors';
import { takeGlobalFlags } from './global-flags.ts';
import { rigHooks } from './hooks/index.ts';

const globals = rigHooks.flatMap(({ flags }) => flags);
type Flags = Parameters<typeof takeGlobalFlags>[2];
const command = (flags: object) => ({ flags }) as NonNullable<Flags>;
const take = (line: string, own?: Flags) => takeGlobalFlags(line.split(' '), globals, own);

test('flags are taken before and behind the command, in every spelling', () => {
  assert.deepEqual(take('-o json apps list --context prod'), {
    rest: ['apps', 'list'],
    given: { output: 'json', context: 'prod' },
  });
  assert.deepEqual(take('apps -ojson list --context=prod --json'), {
    rest: ['apps', 'list'],
    given: { output: 'json', context: 'prod', json: true },
  });
  assert.deepEqual(take('apps -o=json').given, { output: 'json' });
});

test('what follows -- is left alone', () => {
  const line = 'command blog -- ls -o json --json';
  assert.deepEqual(take(line), { rest: line.split(' '), given: {} });
});

test('what a command defines stays its own, behind its words', () => {
  const own = command({
    out: { name: 'out', char: 'o', type: 'option' },
    json: { name: 'json', type: 'boolean' },
  });
  assert.deepEqual(take('-o json build -o file --output text --json', own), {
    rest: ['build', '-o', 'file'],
    given: { output: 'text', json: true },
  });
  const aliased = command({ where: { name: 'where', type: 'option', aliases: ['context'] } });
  assert.deepEqual(take('x --context here', aliased).rest, ['x', '--context', 'here']);
});

test('the value of a flag of the command is no flag', () => {
  const own = command({ message: { name: 'message', char: 'm', type: 'option' } });
  assert.deepEqual(take('deploy -m --json', own), { rest: ['deploy', '-m', '--json'], given: {} });
  assert.deepEqual(take('deploy --message=x --json', own).given, { json: true });
});

test('a flag without its value is an error once the command is known', () => {
  assert.deepEqual(take('deploy -o').given, {});
  assert.throws(
    () => take('deploy -o', command({})),
    (error) => isRigError(error) && error.code === 'usage',
  );
  assert.throws(() => take('command --context -- ls', command({})), isRigError);
});
