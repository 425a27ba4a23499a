import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { SessionControl, ShellParams } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import { FakeTerminal } from '../../testing/fake-terminal.ts';
import { startSessionServer } from '../../testing/session-server.ts';
import { runTerminal, type TerminalRun } from './run-terminal.ts';

/** A shell that says what it was told, in a terminal of the test. */
async function join(t: TestContext, options: Partial<TerminalRun> = {}) {
  const controls: SessionControl[] = [];
  const heard = new Map<string, () => void>();
  const server = await startSessionServer(t, async (io) => {
    io.onControl = (message) => {
      controls.push(message);
      heard.get(message.type)?.();
    };
    await io.write(1, Buffer.from('$ '));
    for await (const chunk of io.stdin) {
      const text = Buffer.from(chunk).toString();
      if (text === 'exit\r') return 3;
      await io.write(1, Buffer.from(text === 'draw' ? '\u001B[?1049h\u001B[?1002h' : `<${text}>`));
    }
    return 0;
  });
  const terminal = new FakeTerminal();
  const over = new AbortController();
  t.after(() => over.abort(new RigError('interrupted', 'The test is over.')));
  const running = runTerminal({
    connect: () => server.client.connect(),
    opening: (description) => ({ kind: 'shell', params: { app: 'a', terminal: description } }),
    streams: terminal.streams,
    env: { TERM: 'xterm-kitty', COLORTERM: 'truecolor' },
    escape: 0x7e,
    signals: terminal.signals,
    signal: over.signal,
    ...options,
  });
  running.catch(() => undefined);
  const told = (type: SessionControl['type']) =>
    new Promise<void>((resolve) => {
      heard.set(type, resolve);
    });
  return { server, terminal, running, controls, told };
}

test('size, kind and colours of the terminal go along, keys come back, and the exit code', async (t) => {
  const { server, terminal, running } = await join(t);
  await terminal.shows('$ ');
  const [opened] = server.opened;
  assert.ok(opened);
  assert.deepEqual((opened.params as ShellParams).terminal, {
    columns: 80,
    rows: 24,
    term: 'xterm-kitty',
    colorTerm: 'truecolor',
  });
  terminal.type('ls');
  await terminal.shows('<ls>');
  terminal.type('exit\r');
  const { outcome } = await running;
  assert.ok('exitCode' in outcome);
  assert.equal(outcome.exitCode, 3);
  assert.deepEqual(terminal.raw, [true, false]);
  assert.deepEqual(terminal.signals.eventNames(), []);
});

test('a change of size is told', async (t) => {
  const { terminal, controls, told } = await join(t);
  await terminal.shows('$ ');
  const resized = told('resize');
  terminal.resize(132, 50);
  await resized;
  assert.deepEqual(controls.at(-1), { type: 'resize', columns: 132, rows: 50 });
});

test('~. ends it, and a screen that was left on is left', async (t) => {
  const { terminal, running } = await join(t);
  await terminal.shows('$ ');
  terminal.type('draw');
  await terminal.shows('^[?1002h');
  terminal.type('\r');
  await terminal.shows('<\r>');
  terminal.type('~.never sent');
  assert.deepEqual((await running).outcome, { left: 'ended' });
  assert.ok(terminal.shown.endsWith('^[?1002l^[?1049l\r\n'), terminal.shown);
  assert.deepEqual(terminal.raw, [true, false]);
});

test('~d leaves it, ~? explains', async (t) => {
  const { terminal, running } = await join(t);
  await terminal.shows('$ ');
  terminal.type('~?');
  await terminal.shows('~d   leave it');
  terminal.type('~d');
  assert.deepEqual((await running).outcome, { left: 'detached' });
});

test('while the connection is away a line says so, and goes again', async (t) => {
  const { server, terminal } = await join(t);
  await terminal.shows('$ ');
  server.setDeaf(true);
  server.cut();
  await terminal.shows('Connection lost; trying to come back for 60 s.');
  terminal.type('typed meanwhile');
  server.setDeaf(false);
  await terminal.shows('<typed meanwhile>');
  const erased = terminal.shown.lastIndexOf('^7^[B\r^[m^[2K^8');
  assert.ok(erased > terminal.shown.indexOf('Connection lost'), terminal.shown);
  assert.ok(erased < terminal.shown.indexOf('<typed meanwhile>'));
});

test('over a program that draws, the last line is taken, and drawn anew by the program', async (t) => {
  const { server, terminal, controls, told } = await join(t);
  await terminal.shows('$ ');
  terminal.type('draw');
  await terminal.shows('^[?1002h');
  server.setDeaf(true);
  server.cut();
  await terminal.shows('^[24;1H');
  const nudged = told('resize');
  server.setDeaf(false);
  await nudged;
  await told('resize');
  assert.deepEqual(controls.slice(-2), [
    { type: 'resize', columns: 80, rows: 23 },
    { type: 'resize', columns: 80, rows: 24 },
  ]);
});

test('that a limit is near stays until a key, and makes no program draw: that would put it off', async (t) => {
  const { server, terminal, controls, told } = await join(t);
  await terminal.shows('$ ');
  terminal.type('draw');
  await terminal.shows('^[?1002h');
  const before = controls.length;
  server.sessions[0]?.notify({ type: 'ending', why: 'idle', seconds: 60 });
  await terminal.shows('the session ends in 60 s');
  assert.equal(controls.length, before);
  const nudged = told('resize');
  terminal.type('x');
  await nudged;
});

for (const [signal, exitCode] of [
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGQUIT', 131],
] as const) {
  test(`${signal} ends it and gives the terminal back`, async (t) => {
    const { terminal, running } = await join(t);
    await terminal.shows('$ ');
    terminal.signals.emit(signal);
    await assert.rejects(running, { code: 'interrupted', exitCode });
    assert.deepEqual(terminal.raw, [true, false]);
  });
}

test('a platform that does not come back, a refusal, an abort: the terminal is given back', async (t) => {
  const gone = await join(t);
  await gone.terminal.shows('$ ');
  gone.server.refusal = new RigError('not_found', 'There is no such session.');
  gone.server.cut();
  await assert.rejects(gone.running, { code: 'remote_connection_lost', exitCode: 255 });
  assert.deepEqual(gone.terminal.raw, [true, false]);
  const refused = await join(t, {
    opening: () => ({ kind: 'attach', params: { session: 'ses_none' } }),
  });
  await assert.rejects(refused.running, { code: 'not_found' });
  assert.deepEqual(refused.terminal.raw, []);
  const stop = new AbortController();
  const aborted = await join(t, { signal: stop.signal });
  await aborted.terminal.shows('$ ');
  stop.abort(new RigError('interrupted', 'Enough.'));
  await assert.rejects(aborted.running, { code: 'interrupted' });
  assert.deepEqual(aborted.terminal.raw, [true, false]);
});
