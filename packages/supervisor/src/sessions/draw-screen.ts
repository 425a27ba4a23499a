import { createRequire } from 'node:module';
import type { SerializeAddon } from '@xterm/addon-serialize';
import type { Terminal } from '@xterm/headless';
import type { TerminalSize } from '@rig-ops/contract/channels';
import type { TerminalModes } from './terminal-modes.ts';

/** Back to how a terminal begins, without clearing what was scrolled out of it: DECSTR, and what that leaves. */
const RESET =
  '\u001b[!p\u001b[?1049l\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1006l\u001b[?2004l\u001b[?25h\u001b[m\u001b[H\u001b[2J';
/** Modes that the addon does not write: the cursor's being seen, and how the mouse is told. */
const LEFT_OUT = ['25', '1005', '1006', '1015', '1016'];

const require = createRequire(import.meta.url);

export interface ScreenSource {
  /** What is kept of the output, oldest first. */
  pieces: readonly Uint8Array[];
  /** Modes that were set before that. */
  before: TerminalModes;
  /** Modes that are set behind it. */
  now: TerminalModes;
  /** Of the terminal, and of the one it is drawn on. */
  size: TerminalSize;
  on: TerminalSize;
}

/**
 * What draws the screen of a terminal on another one: its lines, cursor and modes. It is found by giving what was
 * printed to a terminal in memory, which is made for this and dropped.
 */
export async function drawScreen({ pieces, before, now, size, on }: ScreenSource): Promise<Buffer> {
  // On first use: few ever come back to a terminal.
  const { Terminal: Model } = require('@xterm/headless') as { Terminal: typeof Terminal };
  const { SerializeAddon: Addon } = require('@xterm/addon-serialize') as {
    SerializeAddon: typeof SerializeAddon;
  };
  const model = new Model({ cols: size.columns, rows: size.rows, scrollback: 0, allowProposedApi: true });
  const addon = new Addon();
  model.loadAddon(addon);
  try {
    model.write(before.toSequences());
    for (const piece of pieces) await new Promise<void>((resolve) => model.write(piece, resolve));
    if (on.columns !== size.columns || on.rows !== size.rows) model.resize(on.columns, on.rows);
    return Buffer.from(RESET + addon.serialize({ scrollback: 0 }) + now.toSequences(LEFT_OUT));
  } finally {
    model.dispose();
  }
}
