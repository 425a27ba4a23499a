import type { LogRetention } from '@rig-ops/contract/resources';
import type { RigCommand } from '@rig-ops/kit';
import { formatDays, formatMebibytes } from '@rig-ops/kit/amounts';

const setBy = { default: 'default', platform: 'platform', app: 'this app' } as const;

/** Shows what holds, and where it was set. */
export function showRetention(ui: RigCommand['ui'], retention: LogRetention): void {
  const { app, apps } = retention;
  const rows = [
    { limit: 'space of one log', value: formatMebibytes(retention.megabytes), by: retention.setBy.megabytes },
    { limit: 'age', value: formatDays(retention.days), by: retention.setBy.days },
    {
      limit: 'rate',
      value: `${formatMebibytes(retention.megabytesPerSecond)}/s`,
      by: retention.setBy.megabytesPerSecond,
    },
    {
      limit: 'at once',
      value: formatMebibytes(retention.burstMegabytes),
      by: retention.setBy.burstMegabytes,
    },
    {
      limit: 'space of all logs',
      value: formatMebibytes(retention.totalMegabytes),
      by: retention.setBy.totalMegabytes,
    },
  ];
  ui.table(
    rows.map(({ limit, value, by }) => ({ limit, value, setBy: setBy[by] })),
    [
      { key: 'limit', header: app === null ? 'LOGS' : `LOGS OF ${app}` },
      { key: 'value', header: 'AT MOST', align: 'right' },
      { key: 'setBy', header: 'SET BY' },
    ],
  );
  if (apps.length > 0) ui.note(`Limits of their own have: ${apps.join(', ')}.`);
}
