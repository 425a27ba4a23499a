import type { PlayerCommand } from '@rig-ops/wire/recording';

const SHORT_SECONDS = 5;
const LONG_SECONDS = 60;

/** Cursor keys in both modes of a terminal (CSI and SS3), and sequences that are not for us. */
const SEQUENCE =
  // oxlint-disable-next-line no-control-regex -- these characters are what it is about
  /^\u001B(?:[[O][0-?]*[ -/]*([@-~])|[\]P^_X](?:[^\u0007\u001B])*(?:\u0007|\u001B\\)?)/;

const CURSOR: Readonly<Record<string, PlayerCommand>> = {
  A: { type: 'seek', seconds: LONG_SECONDS },
  B: { type: 'seek', seconds: -LONG_SECONDS },
  C: { type: 'seek', seconds: SHORT_SECONDS },
  D: { type: 'seek', seconds: -SHORT_SECONDS },
  H: { type: 'jump', fraction: 0 },
  F: { type: 'jump', fraction: 1 },
};

const KEYS: Readonly<Record<string, PlayerCommand>> = {
  ' ': { type: 'pause' },
  '.': { type: 'step' },
  q: { type: 'quit' },
  Q: { type: 'quit' },
  '\u0003': { type: 'quit' },
  '\u0004': { type: 'quit' },
  ']': { type: 'marker', direction: 1 },
  '[': { type: 'marker', direction: -1 },
  '+': { type: 'speed', factor: 2 },
  '-': { type: 'speed', factor: 0.5 },
};

/** What keys of a player mean; others, and what a terminal answers by itself, mean nothing. */
export function readKeys(text: string): PlayerCommand[] {
  const commands: PlayerCommand[] = [];
  for (let left = text; left !== ''; ) {
    const sequence = SEQUENCE.exec(left);
    if (sequence !== null) {
      const command = CURSOR[sequence[1] ?? ''];
      // Only a plain one: others are reports of the mouse and answers.
      if (command !== undefined && sequence[0].length === 3) commands.push(command);
      left = left.slice(sequence[0].length);
      continue;
    }
    const key = left[0] ?? '';
    const command = /^\d$/.test(key) ? ({ type: 'jump', fraction: Number(key) / 10 } as const) : KEYS[key];
    if (command !== undefined) commands.push(command);
    left = left.slice(1);
  }
  return commands;
}
