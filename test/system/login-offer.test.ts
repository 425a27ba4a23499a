import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startLogin } from '../support/device-login.ts';
import { repository, User } from '../support/rig.ts';
import { Terminal } from '../support/terminal.ts';

let user: User;
let terminal: Terminal;
let url: string;
before(async () => {
  user = new User();
  await user.json(['platform', 'start']);
  ({ url } = user.platformFile<{ url: string }>('platform.json'));
  const { PATH = '', HOME = '' } = process.env;
  const env = {
    PATH: `${join(repository, 'node_modules/.bin')}:${PATH}`,
    HOME,
    RIG_HOME: user.home,
    RIG_CREDENTIAL_STORE: 'file',
    PS1: '> ',
    LANG: 'C.UTF-8',
  };
  terminal = new Terminal('login', { columns: 100, rows: 30 }, env, user.sources);
  terminal.type(`rig() { node ${join(repository, 'bin/run.js')} "$@"; }`);
});
after(async () => {
  terminal.close();
  await user.json(['context', 'use', 'embedded']);
  await user.close();
});

const approve = async (code: string) =>
  await user.json(['--context', 'embedded', 'login', '--approve', code, '--yes']);

test('revoked credentials: a login is offered at once, and the command goes on with it', async () => {
  const { code, outcome } = await startLogin(user, [url, '--name', 'here', '-o', 'json']);
  await approve(code);
  assert.equal((await outcome).code, 0);
  const { token } = await user.json<{ token: { id: string } }>(['whoami']);
  await user.json(['api', 'POST', '/v1/logout']);

  terminal.type('clear; rig whoami; echo "ended with $?"');
  await terminal.shows(/was revoked[\s\S]*Log in to http.*now\? \[y\/N\]/);
  terminal.type('y');
  const shown = await terminal.shows(/code ([A-Z]{4}-[A-Z]{4})/);
  await approve(/code ([A-Z]{4}-[A-Z]{4})/.exec(shown)?.[1] ?? '');
  const screen = await terminal.shows(/ended with 0/);
  assert.match(screen, /Logged in as .+[\s\S]*on here/);
  const renewed = await user.json<{ token: { id: string } }>(['whoami']);
  assert.notEqual(renewed.token.id, token.id);
});

test('after a logout it is offered too, and no is an answer', async () => {
  await user.json(['logout']);
  terminal.type('clear; rig whoami; echo "ended with $?"');
  await terminal.shows(/Log in to http.*now\? \[y\/N\]/);
  terminal.type('n');
  const screen = await terminal.shows(/ended with 4/);
  assert.match(screen, /not_authenticated[\s\S]*rig login http/);
});
