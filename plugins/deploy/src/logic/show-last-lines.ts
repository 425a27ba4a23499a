import { isRigError } from '@rig-ops/contract/errors';
import type { Ui } from '@rig-ops/kit';
import { sanitise, stripStyles } from '@rig-ops/kit/text';

/** Shows people the last lines that the platform found in the log of what failed. */
export function showLastLines(error: unknown, ui: Ui): void {
  if (ui.machine || !isRigError(error)) return;
  const lines = error.details?.lastLines;
  if (!Array.isArray(lines)) return;
  for (const line of lines) ui.note(`  | ${sanitise(stripStyles(String(line)))}`);
}
