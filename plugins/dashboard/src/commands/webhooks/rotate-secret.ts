import { Flags } from '@oclif/core';
import type { WebhookWithSecret } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { webhookArgs } from '../../webhook-args.ts';

export default class WebhooksRotateSecret extends RigCommand {
  static override summary = 'Sign with a new secret, which is shown this once.';
  static override description =
    'For a while messages carry a signature by the secret before as well, so that the receiver can be changed meanwhile. Somebody else has the old one? --overlap 0 ends it at once.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> chat',
    '<%= config.bin %> <%= command.id %> chat --overlap 0',
    {
      description: 'a secret of your own, of stdin',
      command: 'secret-tool lookup hook chat | <%= config.bin %> <%= command.id %> chat --secret-file -',
    },
  ];
  static override args = webhookArgs;
  static override flags = {
    'secret-file': Flags.string({
      helpValue: 'FILE',
      description: 'The new secret is in this file; - for stdin.',
    }),
    overlap: Flags.string({
      default: '24h',
      helpValue: 'TIME',
      description:
        'How long the secret before signs as well, as 30m, 24h or 7d, which is the longest; 0 for not at all.',
    }),
  };

  override async run(): Promise<WebhookWithSecret> {
    const { args, flags } = await this.parse(WebhooksRotateSecret);
    const { parseOverlap } = await import('../../logic/webhooks/parse-overlap.ts');
    const { readSecret } = await import('../../logic/webhooks/read-secret.ts');
    const file = flags['secret-file'];
    const around = { cwd: this.cwd, stdin: this.streams.stdin, signal: this.signal };
    const overlapSeconds = parseOverlap(flags.overlap);
    const webhook = await this.rig.call('rotateWebhookSecret', {
      params: { webhook: args.name },
      body: {
        overlapSeconds,
        ...(file === undefined ? {} : { secret: await readSecret(file, around) }),
      },
      signal: this.signal,
    });
    const until = webhook.secrets[1]?.expiresAt;
    this.ui.note(
      until == null
        ? `${webhook.name} signs with the new secret alone.`
        : `${webhook.name} signs with the new secret, and until ${until} with the one before.`,
    );
    if (webhook.secret !== null) {
      this.ui.note('It is not shown again:');
      this.ui.print(webhook.secret);
    }
    return webhook;
  }
}
