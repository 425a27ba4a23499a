import type { Ui } from '@rig-ops/kit';
import { formatBytes, sanitise } from '@rig-ops/kit/text';
import type { Change, Difference, FileChange } from './compare-contents.ts';

/** Files that are named; of more only how many there are. */
const SHOWN_FILES = 20;

const signs = { added: '+', changed: '~', removed: '-' } as const;
const kinds = { added: 'good', changed: 'warn', removed: 'bad' } as const;

const sizeOf = ({ after, before, change }: FileChange): string =>
  change === 'changed'
    ? `${formatBytes(before ?? 0)} → ${formatBytes(after ?? 0)}`
    : formatBytes(after ?? before ?? 0);

function valueOf({ after, before, change }: Change): string {
  if (before === null && after === null) return '';
  if (change === 'changed') return `: ${before || 'none'} → ${after || 'none'}`;
  return `: ${after ?? before ?? ''}`;
}

/** Whether there is any difference. */
export function isEmpty({ changes, files }: Difference): boolean {
  return changes.length === 0 && files !== null && files.length === 0;
}

/** Prints a difference, a line for each change; files that are many are counted. */
export function showDifference(ui: Ui, { changes, files }: Difference): void {
  const line = (change: keyof typeof signs, text: string) =>
    ui.print(`  ${ui.style(kinds[change], signs[change])} ${sanitise(text)}`);
  if (files === null) ui.print('Files: not kept any more');
  else if (files.length > 0) {
    const count = (what: FileChange['change']) => files.filter(({ change }) => change === what).length;
    ui.print(`Files: ${count('added')} added, ${count('changed')} changed, ${count('removed')} removed`);
    for (const file of files.slice(0, SHOWN_FILES)) line(file.change, `${file.path} (${sizeOf(file)})`);
    if (files.length > SHOWN_FILES) ui.print(`    and ${files.length - SHOWN_FILES} more; -o json has all`);
  }
  for (const change of changes) line(change.change, `${change.area} ${change.name}${valueOf(change)}`);
}
