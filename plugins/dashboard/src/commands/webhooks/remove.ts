import { Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { RigCommand } from '@rig-ops/kit';
import { webhookArgs } from '../../webhook-args.ts';

export default class WebhooksRemove extends RigCommand {
  static override summary = 'Send nothing more to a webhook, and forget what was sent.';
  static override examples = ['<%= config.bin %> <%= command.id %> chat --yes'];
  static override args = webhookArgs;
  static override flags = {
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
  };

  override async run(): Promise<{ name: string; removed: true }> {
    const { args, flags } = await this.parse(WebhooksRemove);
    const { signal } = this;
    const params = { webhook: args.name };
    if (!flags.yes) {
      // Nobody should say yes to what is not there.
      const { waiting } = await this.rig.call('getWebhook', { params, signal });
      const lost = waiting === 0 ? '' : ` ${waiting} messages that wait are lost.`;
      if (!(await this.ui.confirm(`Remove ${args.name}, its secret and its history?${lost}`)))
        throw new RigError('interrupted', 'Nothing was removed.');
    }
    await this.rig.call('removeWebhook', { params, signal });
    this.ui.print(`Nothing is sent to ${args.name} any more.`);
    return { name: args.name, removed: true };
  }
}
