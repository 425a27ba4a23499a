import type { Webhook } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { formatRelativeTime } from '@rig-ops/kit/text';
import { showScope, showWebhookState } from '../../logic/webhooks/show-webhook.ts';
import { webhookArgs } from '../../webhook-args.ts';

export default class WebhooksInfo extends RigCommand {
  static override summary = 'Show one webhook, and how it goes.';
  static override examples = ['<%= config.bin %> <%= command.id %> chat'];
  static override args = webhookArgs;

  override async run(): Promise<Webhook> {
    const { args } = await this.parse(WebhooksInfo);
    const webhook = await this.rig.call('getWebhook', {
      params: { webhook: args.name },
      signal: this.signal,
    });
    for (const [label, text] of this.#lines(webhook)) this.ui.print(`${label.padEnd(12)} ${text}`);
    return webhook;
  }

  #lines(webhook: Webhook): [string, string][] {
    const { failed, failures, failingSince, lastError, lastSuccessAt, missed, reason, waiting } = webhook;
    const [newest, ...older] = webhook.secrets;
    const since = failingSince === null ? '' : ` since ${formatRelativeTime(failingSince)}`;
    return [
      ['name', webhook.name],
      ['url', webhook.url],
      ['kinds', webhook.events.join(', ')],
      ['of', showScope(webhook)],
      ['state', showWebhookState(this.ui, webhook) + (reason === null ? '' : `: ${reason}`)],
      ['waiting', `${waiting}`],
      ['failed', `${failed}`],
      ...(missed > 0
        ? [['missed', `${missed} events were gone before they could be sent`] as [string, string]]
        : []),
      ['arrived', lastSuccessAt === null ? 'never' : formatRelativeTime(lastSuccessAt)],
      ...(failures > 0
        ? [['failing', `${failures} attempts${since}; its receiver ${lastError ?? ''}`] as [string, string]]
        : []),
      [
        'secret',
        `of ${newest?.createdAt ?? 'nobody knows when'}` +
          older.map(({ expiresAt }) => `, and one before until ${expiresAt ?? ''}`).join(''),
      ],
      ['headers', webhook.headerNames.join(', ') || 'none'],
      ['added', `${webhook.createdAt} by ${webhook.createdBy}`],
    ];
  }
}
