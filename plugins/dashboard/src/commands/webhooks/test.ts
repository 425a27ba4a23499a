import type { WebhookDeliveryDetails } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { formatDuration } from '@rig-ops/kit/text';
import { webhookArgs } from '../../webhook-args.ts';

export default class WebhooksTest extends RigCommand {
  static override summary = 'Send a webhook a message that says it is a test, and show the answer.';
  static override description =
    'Its type is webhook.test, signed like every other. It goes out also while the webhook is paused, and is not tried again.';
  static override examples = ['<%= config.bin %> <%= command.id %> chat'];
  static override args = webhookArgs;

  override async run(): Promise<WebhookDeliveryDetails> {
    const { args } = await this.parse(WebhooksTest);
    const params = { webhook: args.name };
    const delivery = await this.rig.call('testWebhook', { params, signal: this.signal });
    this.ui.print(
      `${args.name} took ${delivery.id}: HTTP ${delivery.status} within ${formatDuration(delivery.durationMs ?? 0)}.`,
    );
    return delivery;
  }
}
