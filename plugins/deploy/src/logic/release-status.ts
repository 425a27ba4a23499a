import type { Release } from '@rig-ops/contract/resources';
import type { Ui } from '@rig-ops/kit';

const kinds = { live: 'good', failed: 'bad', pending: 'warn', superseded: 'dim' } as const;

export function styleReleaseStatus(ui: Ui, status: Release['status']): string {
  return ui.style(kinds[status], status);
}
