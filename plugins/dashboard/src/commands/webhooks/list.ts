import type { Webhook } from '@rig-ops/contract/resources';
import { RigCommand, tableFlags } from '@rig-ops/kit';
import { formatRelativeTime } from '@rig-ops/kit/text';
import { showScope, showWebhookState } from '../../logic/webhooks/show-webhook.ts';

export default class WebhooksList extends RigCommand {
  static override summary = 'List where events are sent, and whether they arrive.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'those that need somebody',
      command:
        "<%= config.bin %> <%= command.id %> --json --query 'webhooks[?failures>`0`].[name, lastError]'",
    },
  ];
  static override flags = tableFlags;

  override async run(): Promise<{ webhooks: Webhook[]; nextCursor: string | null }> {
    await this.parse(WebhooksList);
    const list = await this.rig.call('listWebhooks', { signal: this.signal });
    const { ui } = this;
    ui.table(
      list.webhooks.map((webhook) => ({
        name: webhook.name,
        url: webhook.url,
        scope: showScope(webhook),
        events: webhook.events.join(', '),
        state: showWebhookState(ui, webhook),
        waiting: webhook.waiting,
        failed: webhook.failed,
        arrived: webhook.lastSuccessAt === null ? null : formatRelativeTime(webhook.lastSuccessAt),
        lastSuccessAt: webhook.lastSuccessAt,
        error: webhook.reason ?? webhook.lastError,
      })),
      [
        { key: 'name', header: 'WEBHOOK' },
        { key: 'url', header: 'URL' },
        { key: 'scope', header: 'EVENTS OF' },
        { key: 'events', header: 'KINDS' },
        { key: 'state', header: 'STATE' },
        { key: 'waiting', header: 'WAITING', align: 'right' },
        { key: 'failed', header: 'FAILED', align: 'right' },
        { key: 'arrived', header: 'ARRIVED', sortBy: 'lastSuccessAt' },
        { key: 'error', header: 'WHY' },
      ],
      { empty: 'Events are sent nowhere; `rig webhooks add NAME URL` changes that.' },
    );
    return list;
  }
}
