import type { Webhook } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { webhookArgs } from '../../webhook-args.ts';

export default class WebhooksPause extends RigCommand {
  static override summary = 'Send nothing to a webhook until it is resumed.';
  static override description =
    'What happens meanwhile is sent when it is resumed, as far as the platform still has it: it keeps the newest 10,000 events.';
  static override examples = ['<%= config.bin %> <%= command.id %> chat'];
  static override args = webhookArgs;

  override async run(): Promise<Webhook> {
    const { args } = await this.parse(WebhooksPause);
    const params = { webhook: args.name };
    const webhook = await this.rig.call('pauseWebhook', { params, signal: this.signal });
    this.ui.print(`${webhook.name} is ${webhook.state}; rig webhooks resume ${webhook.name} goes on.`);
    return webhook;
  }
}
