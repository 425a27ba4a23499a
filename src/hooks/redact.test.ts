import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redactArgv } from './redact.ts';

const flags = {
  password: { name: 'password', char: 'p', type: 'option' },
  port: { name: 'port', char: 'P', type: 'option' },
} as unknown as NonNullable<Parameters<typeof redactArgv>[1]>;
const redact = (...argv: string[]) => redactArgv(argv, flags);

test('values of flags that announce a secret are hidden, in every spelling', () => {
  assert.deepEqual(redact('login', '--token', 'x1', '--api-key=x2', '--clientSecret', 'x3'), [
    'login',
    '--token',
    '***',
    '--api-key=***',
    '--clientSecret',
    '***',
  ]);
  assert.deepEqual(redact('login', '-p', 'x1', '-px2', '-P', '80'), [
    'login',
    '-p',
    '***',
    '-p***',
    '-P',
    '80',
  ]);
});

test('what only looks like a secret stays readable', () => {
  assert.deepEqual(redact('zoo', '--monkey', 'coco', '--token', '-', '--password', '--json'), [
    'zoo',
    '--monkey',
    'coco',
    '--token',
    '-',
    '--password',
    '--json',
  ]);
});

test('assignments and passwords in URLs are hidden', () => {
  assert.deepEqual(redact('config', 'set', 'GREETING=hello', '--env=DB=x', 'https://ada:x@example.com/p'), [
    'config',
    'set',
    'GREETING=***',
    '--env=DB=***',
    'https://ada:***@example.com/p',
  ]);
});

test('of another program only its name is kept', () => {
  assert.deepEqual(redact('command', 'blog', '--', 'psql', '-c', 'select 1'), [
    'command',
    'blog',
    '--',
    'psql',
    '(2 more)',
  ]);
  assert.deepEqual(redact('command', '--'), ['command', '--']);
});

test('what a command calls secret is hidden, whatever its name', () => {
  const marked = { pin: { name: 'pin', char: 'i', type: 'option' } } as unknown as typeof flags;
  assert.deepEqual(redactArgv(['x', '--pin', '1234', '--pin=1', '-i', '2', '-i3'], marked, ['pin']), [
    'x',
    '--pin',
    '***',
    '--pin=***',
    '-i',
    '***',
    '-i***',
  ]);
  assert.deepEqual(redactArgv(['x', '--pin', '1234'], marked), ['x', '--pin', '1234']);
});

test('what has the form of a token is hidden wherever it stands', () => {
  const token = `rig_${'a1B2'.repeat(12)}`;
  assert.deepEqual(redact('x', token, `--url=https://h/?a=1&access_token=${'s'.repeat(5)}&b=2`), [
    'x',
    '***',
    '--url=https://h/?a=1&access_token=***&b=2',
  ]);
  assert.deepEqual(redact(`https://${token}@example.com/x`, `see-${token}`, 'Authorization: Bearer x y'), [
    'https://***@example.com/x',
    'see-***',
    'Authorization: ***',
  ]);
  assert.deepEqual(redact('eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl', 'rig_short', 'ghp'), [
    '***',
    'rig_short',
    'ghp',
  ]);
});

const set = (...argv: string[]) => redactArgv(argv, flags, [], 'config:set');

test('of a command whose arguments are secrets none is shown, wherever it stands', () => {
  assert.deepEqual(
    set('config', 'set', 'hunter2', 'set', '-P', '80', 'NAME=x', '-', '--port', '81', 'c2VjcmV0='),
    ['config', 'set', '***', '***', '-P', '80', 'NAME=***', '-', '--port', '81', '***'],
  );
  assert.deepEqual(set('config:set', 'config', '--', 'hunter2', 'hunter3'), [
    'config:set',
    '***',
    '--',
    '***',
    '(1 more)',
  ]);
  assert.equal(set('config', 'set', 'postgres://u:p@host/db?a=b')[2], '***');
});
