import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { repository, User } from '../support/rig.ts';
import { Terminal } from '../support/terminal.ts';

let user: User;
let terminal: Terminal;
before(async () => {
  user = new User();
  await user.json(['deploy', user.example('hello-node'), '--yes']);
  const { PATH = '', HOME = '' } = process.env;
  const env = {
    PATH: `${join(repository, 'node_modules/.bin')}:${PATH}`,
    HOME,
    RIG_HOME: user.home,
    PS1: 'local> ',
    LANG: 'C.UTF-8',
  };
  terminal = new Terminal('remote', { columns: 80, rows: 24 }, env, user.sources);
  terminal.type(`rig() { node ${join(repository, 'bin/run.js')} "$@"; }`);
  terminal.type('clear; rig shell hello-node');
  await terminal.shows(/[#$]$/m);
  terminal.type("PS1='re''mote> '; clear");
  await terminal.shows(/^remote>/);
});
after(async () => {
  terminal.close();
  await user.close();
});

const killRigd = () => process.kill(user.platformFile<{ pid: number }>('platform.json').pid, 'SIGKILL');

test('vim draws as it does at home, follows the size, and outlives rigd', async () => {
  terminal.type('seq 500 > numbers; vim -u NONE -c "set ruler" numbers');
  await terminal.shows(/^1\n2\n3\n[^]*\n23\n/);
  terminal.write('G');
  await terminal.shows(/^478\n[^]*\n500\n/);
  terminal.resize(100, 30);
  await terminal.shows(/^472\n[^]*\n500\n.*500,1/);
  killRigd();
  await terminal.shows(/\n Connection lost; trying to come back for 120 s\. ~\. gives up\./);
  terminal.write('gg');
  const screen = await terminal.shows(/^1\n2\n3\n[^]*\n29\n.*1,1/);
  assert.doesNotMatch(screen, /Connection lost/);
  terminal.type(':q');
  await terminal.shows(/^remote> seq[^]*\nremote>$/m);
});

test('top, less and a tmux inside have the screen to themselves and give it back', async () => {
  for (const [command, shown, leave] of [
    ['top', /load average[^]*PID/, 'q'],
    ['seq 500 | less', /^1\n2\n3\n/, 'q'],
  ] as const) {
    terminal.type(`clear; ${command}`);
    await terminal.shows(shown);
    terminal.write(leave);
    await terminal.shows(/remote>$/m);
  }
  terminal.type('clear; unset TMUX; tmux -L inside -f /dev/null new-session "bash --norc"');
  await terminal.shows(/\[0\] 0:bash/);
  terminal.type("echo with''in");
  await terminal.shows(/^within$/m);
  terminal.type('exit');
  await terminal.shows(/remote>$/m);
});

test('colours, wide characters and what is pasted in brackets pass', async () => {
  terminal.type("clear; printf '\\033[38;2;255;100;0mtrue\\033[m 日本語 🎉 |\\n'");
  await terminal.shows(/^true 日本語 🎉 \|$/m);
  assert.match(terminal.screen({ styles: true }), /38;2;255;100;0mtrue/);
  // A shell that reads lines shows a paste as it is, and an escape in it is text.
  terminal.paste('echo first\n~.\necho second\n');
  await terminal.shows(/remote> echo first\n~\.\necho second/);
  terminal.press('C-c');
});

test('rig reset sets a terminal right whose rig was killed', async () => {
  terminal.type("clear; printf '\\033[?1049h\\033[?1002h\\033[?25l'; echo dra''wn; cat");
  await terminal.shows(/drawn/);
  terminal.killRig();
  await terminal.shows(/local>$/m);
  terminal.type('clear; rig reset; echo "ended with $?"');
  await terminal.shows(/ended with 0/);
  assert.equal(terminal.flags(), 'screen 0, mouse 0, cursor 1');
});
