import type { WebhookDeliveryDetails } from '@rig-ops/contract/resources';
import type { Ui } from '@rig-ops/kit';
import { formatDuration, sanitise } from '@rig-ops/kit/text';
import { showDeliveryState } from './show-webhook.ts';

/** Shows a message with its attempts, and what the receiver said of each. */
export function showDelivery(ui: Ui, delivery: WebhookDeliveryDetails): void {
  ui.print(`${delivery.id}  ${delivery.type}  ${showDeliveryState(ui, delivery)}`);
  if (delivery.dueAt !== null) ui.print(`next attempt ${delivery.dueAt}`);
  ui.print('');
  ui.print(sanitise(JSON.stringify(JSON.parse(delivery.payload), null, 2)));
  for (const { at, cause, durationMs, error, number, response, status } of delivery.tries) {
    const how = error === null ? ui.style('good', `HTTP ${status}`) : ui.style('bad', sanitise(error));
    ui.print('');
    ui.print(`attempt ${number}  ${at}  ${cause}  ${how} after ${formatDuration(durationMs)}`);
    if (response !== null && response !== '') ui.print(ui.style('dim', sanitise(response)));
  }
}
