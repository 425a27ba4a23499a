import assert from 'node:assert/strict';
import { test } from 'node:test';
import { castHead, inChunks, recordingOf } from '../../testing/make-recording.ts';
import {
  Player,
  type PlayerOptions,
  type PlayerScreen,
  type PlayerStatus,
  readBlocks,
  safeOutput,
  Timeline,
} from '@rig-ops/wire/recording';
import { blockLines } from './block-lines.ts';
import { readKeys } from './player-keys.ts';
import { drawnStatus } from './status-line.ts';

const long = recordingOf(
  [...castHead(100, 30), [1, 'o', 'one ']],
  [
    [10, 'o', 'two '],
    [10, 'm', 'here'],
    [0, 'r', '80x24'],
  ],
  [
    [10, 'o', 'three '],
    [1000, 'o', 'four'],
    [0, 'x', '0'],
  ],
);
const short = recordingOf([...castHead(), [0.01, 'o', 'a'], [0.01, 'o', 'b'], [0.01, 'x', '0']]);

class Window implements PlayerScreen {
  columns = 100;
  rows = 30;
  text = '';
  #listeners: (() => void)[] = [];
  async write(text: string): Promise<void> {
    this.text += text;
    for (const listener of this.#listeners) listener();
  }
  async showStatus(status: PlayerStatus): Promise<void> {
    await this.write(drawnStatus({ ...status, columns: this.columns, rows: this.rows }));
  }
  /** Everything since the screen was last cleared, but for the status line. */
  get picture(): string {
    const since = this.text.slice(this.text.lastIndexOf('\u001B[2J') + 4);
    // oxlint-disable-next-line no-control-regex -- the status line is such a sequence
    return since.replaceAll(/\u001B7.*?\u001B8/gs, '').replaceAll('\u001B[?2026l', '');
  }
  async shows(pattern: RegExp, what = () => this.picture): Promise<void> {
    while (!pattern.test(what())) {
      await new Promise<void>((resolve) => this.#listeners.push(resolve));
    }
  }
}

async function playing(recording: Buffer, change: Partial<PlayerOptions> = {}) {
  const timeline = await Timeline.load(readBlocks(inChunks(recording)), {
    linesOf: blockLines,
    keep: (frame) => () => Promise.resolve(frame),
  });
  const window = new Window();
  const abort = new AbortController();
  const player = new Player(timeline, window, {
    speed: 1,
    idleLimit: undefined,
    paused: false,
    signal: abort.signal,
    ...change,
  });
  const done = player.play();
  const press = (keys: string) => {
    for (const command of readKeys(keys)) player.command(command);
  };
  return { timeline, window, player, done, press, abort };
}

test('it plays to the end, at its pace', async () => {
  const began = performance.now();
  const { window, done } = await playing(short);
  await done;
  assert.equal(window.picture, 'ab');
  assert.ok(performance.now() - began >= 29);
});

test('speed and a limit of pauses shorten it', { timeout: 20_000 }, async () => {
  const { window, done } = await playing(long, { speed: 500, idleLimit: 1 });
  await done;
  assert.equal(window.picture, 'one two three four');
});

test('q leaves in the middle of a pause, and so does a signal', { timeout: 20_000 }, async () => {
  const one = await playing(long);
  await one.window.shows(/^$/);
  one.press('q');
  await one.done;
  const other = await playing(long);
  other.abort.abort();
  await other.done;
});

test('arrows, digits and markers go where they say, and the picture is that of the time', {
  timeout: 20_000,
}, async () => {
  const { window, press, done, timeline } = await playing(long, { paused: true });
  assert.equal(timeline.duration, 1031);
  assert.deepEqual(timeline.markers, [21]);
  press('\u001B[C');
  await window.shows(/^one $/);
  press('\u001B[A');
  await window.shows(/^one two three $/);
  press('0');
  await window.shows(/^$/);
  press(']');
  await window.shows(/^one two $/);
  press('9');
  await window.shows(/^one two three $/);
  press('[');
  await window.shows(/^one two $/);
  press('\u001BOF');
  await window.shows(/^one two three four$/);
  press('q');
  await done;
});

test('a step shows the next thing that was printed, and stays there', { timeout: 20_000 }, async () => {
  const { window, press, done } = await playing(long, { paused: true });
  for (const picture of [/^one $/, /^one two $/, /^one two three $/, /^one two three four$/]) {
    press('.');
    await window.shows(picture);
  }
  press('q');
  await done;
});

test('a pause draws its status over the last line, and going on draws the picture again', {
  timeout: 20_000,
}, async () => {
  const { window, press, done } = await playing(long, { paused: true, idleLimit: 0 });
  await window.shows(/\[30;1H paused 0:00 \/ 17:11/, () => window.text);
  window.columns = 90;
  press('\u001B[D');
  press(' ');
  await done;
  assert.match(window.text, /recorded at 100x30, this is 90x30/);
  assert.equal(window.picture, 'one two three four');
});

test('what makes a terminal answer, or reaches beyond its picture, is not played', () => {
  const kept = '\u001B[31mred\u001B[0m\u001B[2J\u001B]0;title\u0007';
  assert.equal(
    safeOutput(
      `\u001B[c${kept}\u001B[6n\u001B[?1006h\u001B]52;c;aGk=\u0007\u001B]11;?\u001B\\\u001B[?2004h\u001BP+q544e\u001B\\\u001B[>0q`,
    ),
    kept,
  );
});

test('answers of a terminal and reports of a mouse are no keys', () => {
  assert.deepEqual(
    readKeys('\u001B[?62;c\u001B[<0;10;10M\u001B[24;80R\u001B]11;rgb:0/0/0\u0007\u001B[1;5C'),
    [],
  );
  assert.deepEqual(readKeys('x\u001B[C5'), [
    { type: 'seek', seconds: 5 },
    { type: 'jump', fraction: 0.5 },
  ]);
});
