import type { ReleasePruning } from '@rig-ops/contract/resources';
import type { Ui } from '@rig-ops/kit';
import { formatRelativeTime } from '@rig-ops/kit/text';

const reasons: Readonly<Record<ReleasePruning['kept'][number]['because'], string>> = {
  live: 'it is live',
  newest: 'it is the newest',
  tagged: 'it is tagged',
  rollback: 'a rollback returns to it',
  instances: 'it has instances',
  deploy: 'a deploy needs it',
};

/** Prints which releases have gone, or would go, and why others stay. */
export function showPruning(ui: Ui, { app, dryRun, kept, removed }: ReleasePruning): void {
  if (removed.length === 0) ui.print(`${app} has no releases to remove.`);
  else ui.print(dryRun ? `Would remove of ${app}:` : `Removed of ${app}:`);
  for (const { createdAt, status, version } of removed)
    ui.print(`  v${version} (${status}, ${formatRelativeTime(createdAt)})`);
  for (const { because, version } of kept) ui.note(`v${version} stays: ${reasons[because]}.`);
}
