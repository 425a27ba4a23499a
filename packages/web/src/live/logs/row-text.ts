import { textOfRow } from './log-row.ts';
import type { RowStore } from './row-store.ts';
import { formatRowTime, type TimeForm } from './row-time.ts';

/** All lines as text, each with what wrote it, for a file or the clipboard. */
export function logText(rows: RowStore, time: TimeForm | 'full', now = Date.now()): string {
  const lines: string[] = [];
  for (let number = rows.first; number < rows.end; number += 1) {
    const row = rows.at(number);
    if (row === undefined) continue;
    if (row.type !== 'line') lines.push(`-- ${row.text}`);
    else {
      const at = time === 'full' ? row.at : formatRowTime(row.at, time, now);
      lines.push([at, row.instance, textOfRow(row)].filter((part) => part !== '').join(' '));
    }
  }
  return `${lines.join('\n')}\n`;
}
