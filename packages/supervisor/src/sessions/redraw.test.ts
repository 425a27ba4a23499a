import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import type { Terminal } from '@xterm/headless';
import { TestClient } from '../testing/session-client.ts';
import { TestSupervisor } from '../testing/test-supervisor.ts';
import { until } from '../testing/until.ts';
import { drawScreen } from './draw-screen.ts';
import { TerminalModes } from './terminal-modes.ts';

const { Terminal: Model } = createRequire(import.meta.url)('@xterm/headless') as {
  Terminal: typeof Terminal;
};

const size = { columns: 40, rows: 6 };
const on = { columns: 40, rows: 6 };
const esc = (text: string) => Buffer.from(text.replaceAll('^[', '\u001b'));

/** What a terminal shows that had other things on it before. */
async function shownBy(drawing: Uint8Array) {
  const model = new Model({ cols: 40, rows: 6, allowProposedApi: true });
  const write = (bytes: Uint8Array) => new Promise<void>((resolve) => model.write(bytes, resolve));
  await write(esc('old old old\r\n^[[31mold^[[?1h^[[?1003h'));
  await write(drawing);
  const { active } = model.buffer;
  const lines = Array.from({ length: 6 }, (_, row) =>
    active.getLine(active.baseY + row)?.translateToString(true),
  );
  const { bracketedPasteMode, mouseTrackingMode, applicationCursorKeysMode } = model.modes;
  const modes = { bracketedPasteMode, mouseTrackingMode, applicationCursorKeysMode };
  return { lines, type: active.type, cursor: [active.cursorX, active.cursorY], modes };
}

const draw = async (...pieces: string[]) => {
  const now = new TerminalModes();
  const bytes = pieces.map((piece) => esc(piece));
  for (const piece of bytes) now.feed(piece);
  return await drawScreen({ pieces: bytes, before: new TerminalModes(), now, size, on });
};

describe('the screen of a terminal', () => {
  it('is drawn with its lines, colours, cursor and modes, on one that shows something else', async () => {
    const drawing = await draw('first\r\n^[[1;32mgr', 'een^[[m\r\n$ ^[[?20', '04hgrüße');
    const shown = await shownBy(drawing);
    assert.deepEqual(shown.lines.slice(0, 4), ['first', 'green', '$ grüße', '']);
    assert.deepEqual(shown.cursor, [7, 2]);
    assert.equal(shown.type, 'normal');
    assert.deepEqual(shown.modes, {
      bracketedPasteMode: true,
      mouseTrackingMode: 'none',
      applicationCursorKeysMode: false,
    });
    assert.match(drawing.toString(), /\[1;32m|\[32;1m/);
  });

  it('is that of a program that has the whole of it', async () => {
    const drawing = await draw(
      'shell\r\n^[[?1049h^[[?1h^[[?1000h^[[?1006h^[[?25l^[[H^[[2J~ editor ~^[[4;3Hhere',
    );
    const shown = await shownBy(drawing);
    assert.equal(shown.type, 'alternate');
    assert.deepEqual([shown.lines[0], shown.lines[3]], ['~ editor ~', '  here']);
    assert.deepEqual(shown.modes, {
      bracketedPasteMode: false,
      mouseTrackingMode: 'vt200',
      applicationCursorKeysMode: true,
    });
    assert.ok(drawing.toString().endsWith('\u001b[?1006h\u001b[?25l'));
  });

  it('keeps modes that were set by what is not kept any more, also where that was cut', () => {
    const modes = new TerminalModes();
    for (const piece of ['x^[[?1049h^[', '[?2004', 'h^[[?25l', '^[[?25h^[[?1;1000h'].map(esc))
      modes.feed(piece);
    assert.equal(modes.toSequences(), '\u001b[?1049h\u001b[?2004h\u001b[?1h\u001b[?1000h');
    const later = new TerminalModes(modes);
    later.feed(esc('^[[?1049l'));
    assert.deepEqual([later.isSet('1049'), modes.isSet('1049')], [false, true]);
  });
});

describe('who comes to a terminal', () => {
  let supervisor: TestSupervisor;
  before(async () => {
    supervisor = new TestSupervisor();
    await supervisor.start();
  });
  after(() => supervisor.close());
  const terminal = { columns: 40, rows: 6, term: 'xterm' };

  it('finds the screen drawn, then what comes, and goes on by the same offsets', async () => {
    const script = 'stty -echo; printf "one\\r\\n\\033[?2004htwo"; while read x; do echo "[$x]"; done';
    const client = await TestClient.begin(supervisor, ['sh', '-c', script], { terminal });
    await client.sees('two');
    const bob = { id: 'cli_bob', user: 'bob', address: 'there' };
    const watcher = await TestClient.attach(supervisor, client.session, { client: bob, mode: 'read' });
    const redraw = watcher.accepted?.redraw ?? 0;
    assert.ok(redraw > 0);
    assert.equal(watcher.accepted?.offsets.stdout, client.at);
    await client.type('key\r');
    await watcher.sees('[key]');
    const shown = await shownBy(watcher.output);
    assert.deepEqual(shown.lines.slice(0, 2), ['one', 'two[key]']);
    assert.equal(shown.modes.bracketedPasteMode, true);
    assert.equal((watcher.accepted?.offsets.stdout ?? 0) + watcher.output.length - redraw, client.at);
  });

  it('is drawn what there is, and the rest by the program, when much has gone by', async () => {
    const script =
      'trap "echo drawn anew" WINCH; head -c 3000000 /dev/zero | tr "\\0" "\\n"; echo done; while :; do sleep 0.05; done';
    const client = await TestClient.begin(supervisor, ['sh', '-c', script], { terminal });
    await client.sees('done');
    client.channel.control({ type: 'detach' });
    await client.channel.exited;
    const back = await TestClient.attach(supervisor, client.session);
    await back.sees('drawn anew');
    const report = (await supervisor.sessions()).find(({ spec }) => spec.id === client.session);
    assert.deepEqual(report?.terminal, { columns: 40, rows: 6 });
    await until('no more', () => back.output.includes('done'));
  });
});
