import { Flags } from '@oclif/core';
import type { Webhook } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { webhookArgs } from '../../webhook-args.ts';

export default class WebhooksResume extends RigCommand {
  static override summary = 'Go on with a webhook that was paused, or that the platform disabled.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> chat',
    {
      description: 'without what has happened meanwhile',
      command: '<%= config.bin %> <%= command.id %> chat --from-now',
    },
  ];
  static override args = webhookArgs;
  static override flags = {
    'from-now': Flags.boolean({ description: 'Leave out what has happened meanwhile, and what waits.' }),
  };

  override async run(): Promise<Webhook> {
    const { args, flags } = await this.parse(WebhooksResume);
    const webhook = await this.rig.call('resumeWebhook', {
      params: { webhook: args.name },
      body: { fromNow: flags['from-now'] },
      signal: this.signal,
    });
    this.ui.print(`${webhook.name} is active.`);
    return webhook;
  }
}
