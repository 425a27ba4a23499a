import type { Ui } from '@rig-ops/kit';

/** Prints names and values in two columns; what is null is left out. */
export function showFields(ui: Ui, fields: Record<string, string | null>): void {
  const shown = Object.entries(fields).filter((field): field is [string, string] => field[1] !== null);
  const width = Math.max(...shown.map(([name]) => name.length));
  for (const [name, value] of shown) ui.print(`${ui.style('dim', name.padEnd(width))}  ${value}`);
}
