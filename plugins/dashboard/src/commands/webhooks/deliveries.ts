import { Args, Flags } from '@oclif/core';
import type { WebhookDelivery } from '@rig-ops/contract/resources';
import { RigCommand, tableFlags } from '@rig-ops/kit';
import { formatDuration, formatRelativeTime } from '@rig-ops/kit/text';
import { showDelivery } from '../../logic/webhooks/show-delivery.ts';
import { showDeliveryState } from '../../logic/webhooks/show-webhook.ts';
import { webhookArgs } from '../../webhook-args.ts';

export default class WebhooksDeliveries extends RigCommand {
  static override summary = 'List what was sent to a webhook, or show one message with its attempts.';
  static override description =
    'Newest first. The latest 1,000 that have ended are kept, and all that wait. With the id of one: its body, when it was tried, and what the receiver said.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> chat',
    '<%= config.bin %> <%= command.id %> chat --state failed',
    '<%= config.bin %> <%= command.id %> chat msg_3f9k0c2m7x1q8z',
  ];
  static override args = {
    ...webhookArgs,
    delivery: Args.string({ description: 'Id of a message.', ignoreStdin: true }),
  };
  static override flags = {
    ...tableFlags,
    state: Flags.option({
      options: ['waiting', 'delivered', 'failed'] as const,
      description: 'Only those that stand like this.',
    })(),
    limit: Flags.integer({ min: 1, max: 1_000, default: 50, description: 'At most so many.' }),
    cursor: Flags.string({ description: 'The nextCursor of the page before.' }),
  };

  override async run(): Promise<{ deliveries: WebhookDelivery[]; nextCursor: string | null }> {
    const { args, flags } = await this.parse(WebhooksDeliveries);
    const { signal } = this;
    if (args.delivery !== undefined) {
      const delivery = await this.rig.call('getWebhookDelivery', {
        params: { webhook: args.name, delivery: args.delivery },
        signal,
      });
      showDelivery(this.ui, delivery);
      return { deliveries: [delivery], nextCursor: null };
    }
    const { cursor, limit, state } = flags;
    const page = await this.rig.call('listWebhookDeliveries', {
      params: { webhook: args.name },
      query: {
        limit,
        ...(cursor === undefined ? {} : { cursor }),
        ...(state === undefined ? {} : { state }),
      },
      signal,
    });
    this.#show(page.deliveries);
    if (page.nextCursor !== null) this.ui.note(`There are more: --cursor ${page.nextCursor}`);
    return page;
  }

  #show(deliveries: readonly WebhookDelivery[]): void {
    const { ui } = this;
    ui.table(
      deliveries.map((delivery) => ({
        id: delivery.id,
        type: delivery.type,
        event: delivery.event,
        state: showDeliveryState(ui, delivery),
        attempts: delivery.attempts,
        status: delivery.status,
        took: delivery.durationMs === null ? null : formatDuration(delivery.durationMs),
        when: formatRelativeTime(delivery.createdAt),
        createdAt: delivery.createdAt,
        next: delivery.dueAt,
        error: delivery.lastError,
      })),
      [
        { key: 'id', header: 'ID', keep: true },
        { key: 'type', header: 'KIND' },
        { key: 'event', header: 'EVENT', align: 'right' },
        { key: 'state', header: 'STATE' },
        { key: 'attempts', header: 'TRIES', align: 'right' },
        { key: 'status', header: 'HTTP', align: 'right' },
        { key: 'took', header: 'TOOK', align: 'right' },
        { key: 'when', header: 'WHEN', sortBy: 'createdAt' },
        { key: 'next', header: 'NEXT' },
        { key: 'error', header: 'WHY' },
      ],
      { empty: 'Nothing was sent yet; `rig webhooks test NAME` sends something.' },
    );
  }
}
