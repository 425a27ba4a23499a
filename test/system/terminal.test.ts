import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { repository, User } from '../support/rig.ts';
import { Terminal } from '../support/terminal.ts';

let user: User;
let terminal: Terminal;
before(() => {
  user = new User();
  const { PATH = '', HOME = '' } = process.env;
  const env = {
    PATH: `${join(repository, 'node_modules/.bin')}:${PATH}`,
    HOME,
    RIG_HOME: user.home,
    PS1: '> ',
    LANG: 'C.UTF-8',
  };
  terminal = new Terminal('main', { columns: 80, rows: 24 }, env, user.sources);
  terminal.type(`rig() { node ${join(repository, 'bin/run.js')} "$@"; }`);
});
after(async () => {
  terminal.close();
  await user.close();
});

test('the first deploy asks before it creates the app, shows its steps and ends with the URL', async () => {
  user.example('hello-node');
  terminal.type('clear; rig deploy hello-node; echo "ended with $?"');
  await terminal.shows(/hello-node.*\?/s);
  terminal.type('y');
  const screen = await terminal.shows(/ended with 0/);
  assert.match(screen, /http:\/\/127\.0\.0\.1:\d+/);
  assert.match(screen, /Built/);
});

test('saying no changes nothing', async () => {
  terminal.type('clear; rig deploy hello-node --app other; echo "ended with $?"');
  await terminal.shows(/other.*\?/s);
  terminal.type('n');
  await terminal.shows(/ended with [1-9]/);
  const { apps } = await user.json<{ apps: { name: string }[] }>(['apps', 'list']);
  assert.deepEqual(
    apps.map(({ name }) => name),
    ['hello-node'],
  );
});

test('status fits into 80 columns', async () => {
  terminal.type('clear; rig status; echo "ended with $?"');
  const screen = await terminal.shows(/ended with 0/);
  assert.match(screen, /hello-node/);
  assert.match(screen, /running|healthy/);
});

test('Ctrl-C ends a followed log and gives the terminal back', async () => {
  terminal.type('clear; rig logs app hello-node -f; echo "ended with $?"');
  await terminal.shows(/listening on/);
  terminal.press('C-c');
  await terminal.shows(/ended with 130/);
  terminal.type('clear; echo still here');
  await terminal.shows(/^still here/m);
});

test('Ctrl-C during a build says what becomes of the deploy', async () => {
  user.source('slow', {
    'rig.toml': 'app = "slow"\n[build]\ncommand = "sleep 5"\n[processes]\nweb = "node -e 0"\n',
  });
  terminal.type('clear; rig deploy slow --yes; echo "ended with $?"');
  await terminal.shows(/Building: |⠋ Building|\w+ Building/);
  terminal.press('C-c');
  const screen = await terminal.shows(/ended with 130/);
  assert.match(screen, /deploy/i);
});
