import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Session } from '@rig-ops/contract/resources';
import { repository, until, User } from '../support/rig.ts';
import { Terminal } from '../support/terminal.ts';

let user: User;
let terminal: Terminal;
let session = '';
before(async () => {
  user = new User();
  await user.json(['deploy', user.example('hello-node'), '--yes']);
  const { PATH = '', HOME = '' } = process.env;
  const env = {
    PATH: `${join(repository, 'node_modules/.bin')}:${PATH}`,
    HOME,
    RIG_HOME: user.home,
    PS1: '> ',
    LANG: 'C.UTF-8',
  };
  terminal = new Terminal('recordings', { columns: 80, rows: 24 }, env, user.sources);
  terminal.type(`rig() { node ${join(repository, 'bin/run.js')} "$@"; }`);
  terminal.type('clear; rig shell hello-node --record; echo "ended with $?"');
  await terminal.shows(/[#$>] *$/m);
  terminal.type("printf 'gr\\303\\274n \\360\\237\\231\\202 %s\\n' $((6*7)); exit 3");
  await terminal.shows(/ended with 3/);
  session = await until('the recording', async () => {
    const { sessions } = await user.json<{ sessions: Session[] }>(['sessions', 'list', '--all']);
    return sessions.find(({ recording }) => recording?.state === 'kept')?.id;
  });
});
after(async () => {
  terminal.close();
  await user.close();
});

test('asciinema of the system plays what is exported for it', async () => {
  const file = join(user.sources, 'session.cast');
  await user.json(['sessions', 'export', session, '--format', 'asciicast-v2', '--file', file]);
  // It wants a terminal of its own.
  const played = execFileSync('script', ['-qec', `asciinema cat ${file}`, '/dev/null'], {
    encoding: 'utf8',
    env: { ...process.env, LANG: 'C.UTF-8' },
  });
  assert.match(played, /grün 🙂 42/);
});

test('a replay shows the picture, pauses, steps and gives the terminal back', async () => {
  terminal.type('clear; stty -a >before');
  terminal.type(
    `rig sessions replay ${session} --paused; echo "left with $?"; stty -a | diff - before && echo same modes`,
  );
  await terminal.shows(/paused 0:00 \//);
  // A minute on is its end.
  terminal.press('Up');
  await terminal.shows(/grün 🙂 42/);
  terminal.press('q');
  await terminal.shows(/left with 0/);
  await terminal.shows(/same modes/);
  terminal.type(`clear; rig sessions replay ${session} --speed 4 --idle-limit 100ms; echo "left with $?"`);
  await terminal.shows(/grün 🙂 42[^]*left with 0/);
});

test('on a full disk a session that must be recorded ends, and one that may be goes on', async () => {
  const recordings = join(user.home, 'platform', 'recordings');
  mkdirSync(recordings, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k,mode=700', 'rig-recordings', recordings]);
  try {
    const script = 'head -c 3000000 /dev/urandom; sleep 1; echo over >&2';
    const free = await user.run(['command', 'hello-node', '--record', '--', 'sh', '-c', script]);
    assert.equal(free.code, 0, free.stderr);
    assert.match(free.stderr, /over/);
    await user.json(['access', 'policy', 'set', 'app/hello-node', '--recording', 'required']);
    execFileSync('rm', ['-f', ...listed(recordings)]);
    const held = await user.run(['command', 'hello-node', '--', 'sh', '-c', `${script}; sleep 600`]);
    assert.notEqual(held.code, 0);
    assert.doesNotMatch(held.stderr, /^over$/m);
    writeFileSync(join(recordings, 'filler'), '');
    assert.throws(() => writeFileSync(join(recordings, 'filler'), Buffer.alloc(600_000)), { code: 'ENOSPC' });
    await user.fails(['command', 'hello-node', '--shell', 'true'], 'recording_failed', 1);
    const { sessions } = await user.json<{ sessions: Session[] }>(['sessions', 'list', '--all']);
    assert.ok(sessions.some(({ end }) => end === 'unrecorded'));
  } finally {
    execFileSync('umount', ['-l', recordings]);
  }
});

const listed = (folder: string): string[] =>
  execFileSync('find', [folder, '-type', 'f'], { encoding: 'utf8' }).split('\n').filter(Boolean);
