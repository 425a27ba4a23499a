import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choosesTerminal, type TerminalWish } from './choose-terminal.ts';

const tty = { isTTY: true };
const pipe = {};
const here: TerminalWish = {
  asked: false,
  refused: false,
  machine: false,
  stdin: true,
  streams: { stdin: tty, stdout: tty, stderr: tty },
  env: { TERM: 'xterm' },
};

test('without being asked, only where every stream is a terminal', () => {
  assert.equal(choosesTerminal(here), true);
  for (const name of ['stdin', 'stdout', 'stderr'])
    assert.equal(choosesTerminal({ ...here, streams: { ...here.streams, [name]: pipe } }), false, name);
  assert.equal(choosesTerminal({ ...here, stdin: false }), false);
  assert.equal(choosesTerminal({ ...here, machine: true }), false);
  assert.equal(choosesTerminal({ ...here, env: { TERM: 'dumb' } }), false);
});

test('what is asked for counts', () => {
  const piped = { stdin: pipe, stdout: pipe, stderr: pipe };
  assert.equal(choosesTerminal({ ...here, asked: true, streams: piped }), true);
  assert.equal(choosesTerminal({ ...here, refused: true }), false);
  assert.throws(() => choosesTerminal({ ...here, asked: true, machine: true }), { code: 'usage' });
});
