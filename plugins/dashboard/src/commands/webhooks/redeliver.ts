import { Args, Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { RigCommand } from '@rig-ops/kit';
import { webhookArgs } from '../../webhook-args.ts';

interface Redelivered {
  name: string;
  /** Messages that were sent again, or will be. */
  queued: number;
  delivery: string | null;
}

export default class WebhooksRedeliver extends RigCommand {
  static override summary = 'Send a message to a webhook again.';
  static override description =
    'One message is sent at once, and the command says how that went; it has the webhook-id it had before. --failed begins anew with every message that was given up, and with those that wait for a later attempt.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> chat msg_3f9k0c2m7x1q8z',
    {
      description: 'when the receiver is back',
      command: '<%= config.bin %> <%= command.id %> chat --failed',
    },
  ];
  static override args = {
    ...webhookArgs,
    delivery: Args.string({ description: 'Id of the message.', ignoreStdin: true }),
  };
  static override flags = {
    failed: Flags.boolean({
      default: false,
      description: 'All that were given up, or wait for another attempt.',
    }),
  };

  override async run(): Promise<Redelivered> {
    const { args, flags } = await this.parse(WebhooksRedeliver);
    const { delivery, name } = args;
    if ((delivery === undefined) !== flags.failed) {
      throw new RigError('usage', 'Name a message, or say --failed.', {
        hint: `Run \`rig webhooks deliveries ${name}\`.`,
      });
    }
    const { signal } = this;
    if (delivery === undefined) {
      const { queued } = await this.rig.call('redeliverFailedWebhooks', {
        params: { webhook: name },
        signal,
      });
      this.ui.print(`${queued} ${queued === 1 ? 'message is' : 'messages are'} sent again.`);
      return { name, queued, delivery: null };
    }
    const sent = await this.rig.call('redeliverWebhook', { params: { webhook: name, delivery }, signal });
    this.ui.print(`${name} took ${delivery}: HTTP ${sent.status}.`);
    return { name, queued: 1, delivery };
  }
}
