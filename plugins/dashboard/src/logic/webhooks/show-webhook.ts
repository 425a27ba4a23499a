import type { Webhook, WebhookDelivery } from '@rig-ops/contract/resources';
import type { Ui } from '@rig-ops/kit';

/** How a webhook stands, in a word or two. */
export function showWebhookState(ui: Ui, { failures, state, waiting }: Webhook): string {
  if (state === 'disabled') return ui.style('bad', 'disabled');
  if (state === 'paused') return ui.style('warn', 'paused');
  if (failures > 0) return ui.style('bad', `failing (${failures})`);
  return waiting > 0 ? ui.style('warn', 'sending') : ui.style('good', 'ok');
}

/** Whose events it sends. */
export const showScope = ({ app, network }: Pick<Webhook, 'app' | 'network'>): string => {
  if (app !== null) return `app/${app}`;
  return network === null ? 'everything' : `network/${network}`;
};

/** How a delivery stands, in a word. */
export function showDeliveryState(ui: Ui, { attempts, state }: WebhookDelivery): string {
  if (state === 'delivered') return ui.style('good', state);
  if (state === 'failed') return ui.style('bad', state);
  return ui.style('warn', attempts === 0 ? state : 'retrying');
}
