import type { RecordingSettings } from '@rig-ops/contract/resources';
import type { Ui } from '@rig-ops/kit';
import { formatDays, formatMebibytes } from '@rig-ops/kit/amounts';

export function showSettings(ui: Ui, settings: RecordingSettings): void {
  const { days, totalMegabytes, sessionMegabytes, input } = settings;
  ui.table(
    [
      { what: 'age', value: formatDays(days) },
      { what: 'space of all', value: formatMebibytes(totalMegabytes) },
      { what: 'space of one', value: formatMebibytes(sessionMegabytes) },
      { what: 'what is typed', value: input ? 'recorded' : 'not recorded' },
    ],
    [
      { key: 'what', header: 'RECORDINGS' },
      { key: 'value', header: 'AT MOST', align: 'right' },
    ],
  );
}
