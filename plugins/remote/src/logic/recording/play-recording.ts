import type { ReadStream, WriteStream } from 'node:tty';
import { Player, Timeline } from '@rig-ops/wire/recording';
import { blockLines } from './block-lines.ts';
import { readKeys } from './player-keys.ts';
import { TerminalScreen } from './terminal-screen.ts';

export interface PlayOptions {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly speed: number;
  readonly idleLimit: number | undefined;
  readonly paused: boolean;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

/** Plays a recording in a terminal, which is as it was before once this settles. */
export async function playRecording(
  blocks: AsyncIterable<Uint8Array>,
  { stdin, stdout, speed, idleLimit, paused, signal, note }: PlayOptions,
): Promise<void> {
  const timeline = await Timeline.load(blocks, {
    linesOf: blockLines,
    keep: (frame) => () => Promise.resolve(frame),
  });
  const { terminal } = timeline.head;
  const tooSmall = terminal !== null && (terminal.columns > stdout.columns || terminal.rows > stdout.rows);
  const recorded = `${terminal?.columns}x${terminal?.rows}`;
  const screen = new TerminalScreen(stdin, stdout);
  // Somebody has to be able to press a key.
  const waits = tooSmall && stdin.isTTY;
  const player = new Player(timeline, screen, { speed, idleLimit, paused: paused || waits, signal });
  screen.open(
    (text) => {
      for (const command of readKeys(text)) player.command(command);
    },
    () => player.resized(),
  );
  try {
    await player.play();
  } finally {
    screen.close();
  }
  if (tooSmall) {
    note(`It was recorded in a terminal of ${recorded}; this one has ${stdout.columns}x${stdout.rows}.`);
  }
}
