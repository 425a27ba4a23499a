import type { App } from '@rig-ops/contract/resources';
import type { Ui } from '@rig-ops/kit';

const kinds = { running: 'good', degraded: 'bad', deploying: 'warn', empty: 'dim' } as const;

export function styleAppStatus(ui: Ui, status: App['status']): string {
  return ui.style(kinds[status], status);
}
