import { renderError } from '@rig-ops/kit/render';
import type { Ui } from '@rig-ops/kit';
import type { RunTally } from './aggregate-exit.ts';
import type { RunRecord } from './run-record.ts';

/** Tells on stderr of a run that did not end with 0. */
export function showFailure(ui: Ui, record: RunRecord): void {
  const where = record.instance ?? record.app ?? '';
  if (record.failure !== null)
    ui.note(`${where}: ${renderError(record.failure, (kind, text) => ui.style(kind, text))}`);
  else if (record.signal !== null) ui.note(`${where}: ended by ${record.signal}`);
  else if (record.exitCode !== 0) ui.note(`${where}: exit code ${record.exitCode}`);
}

/** Tells on stderr how many failed; nothing when none did. */
export function showTally(ui: Ui, { total, failed, notRun }: RunTally): void {
  if (failed === 0 && notRun === 0) return;
  const succeeded = total - failed - notRun;
  const rest = notRun === 0 ? '' : `, ${notRun} not started`;
  ui.note(`${succeeded} of ${total} succeeded, ${failed} failed${rest}.`);
}
