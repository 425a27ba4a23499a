import { Args, Flags } from '@oclif/core';
import type { WebhookWithSecret } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';

export default class WebhooksAdd extends RigCommand {
  static override summary = 'Send events to a URL as they happen, signed.';
  static override description =
    'Each event is one POST with JSON, signed as the Standard Webhooks specification says, at least once: what is not answered with 2xx within 15 seconds is sent again for a day. The secret to verify it with is shown this once. docs/webhooks.md has the payload, and how to verify it in several languages.';
  static override examples = [
    {
      description: 'every release that went live, of every app',
      command: '<%= config.bin %> <%= command.id %> chat https://hooks.example.com/rig --kind release.live',
    },
    {
      description: 'what goes wrong with one app',
      command:
        "<%= config.bin %> <%= command.id %> pager https://hooks.example.com/rig --app shop --kind 'instance.crashed,instance.unhealthy,deploy.failed,release.taken-back'",
    },
    {
      description: 'with a secret of your own, and only the secret of one that rig makes',
      command:
        '<%= config.bin %> <%= command.id %> mine https://hooks.example.com/rig --secret-file secret.txt',
    },
    '<%= config.bin %> <%= command.id %> ci https://hooks.example.com/rig --json --query secret',
  ];
  static override args = {
    name: Args.string({ required: true, description: 'What to call it.', ignoreStdin: true }),
    url: Args.string({ required: true, description: 'Where to send.', ignoreStdin: true }),
  };
  static override flags = {
    kind: Flags.string({
      char: 'k',
      multiple: true,
      delimiter: ',',
      helpValue: 'KIND',
      description: 'Events of this kind; * stands for any part of it, as release.*. All when absent.',
    }),
    app: Flags.string({ char: 'a', description: 'Only events of this app.' }),
    network: Flags.string({ description: 'Only events of this network and its apps.' }),
    'secret-file': Flags.string({
      helpValue: 'FILE',
      description: 'Sign with the secret in this file instead of a new one; - for stdin.',
    }),
    headers: Flags.string({
      helpValue: 'FILE',
      description:
        'File of headers to send along, "Name: value" a line; - for stdin. They are not shown again.',
    }),
    ca: Flags.string({
      helpValue: 'FILE',
      description: 'Certificates (PEM) to trust instead of those of the system.',
    }),
    'allow-private': Flags.boolean({
      description: 'Let it send to addresses of the platform itself and of private networks.',
    }),
  };

  override async run(): Promise<WebhookWithSecret> {
    const { args, flags } = await this.parse(WebhooksAdd);
    const { readReceiver } = await import('@rig-ops/kit/drains');
    const { readSecret } = await import('../../logic/webhooks/read-secret.ts');
    const { app, network, headers, 'secret-file': secretFile } = flags;
    if (headers === '-' && secretFile === '-') {
      const { RigError } = await import('@rig-ops/contract/errors');
      throw new RigError('usage', 'Headers and a secret cannot both come from stdin.', {
        hint: 'Give one of them as a file.',
      });
    }
    const around = { cwd: this.cwd, stdin: this.streams.stdin, signal: this.signal };
    const webhook = await this.rig.call('createWebhook', {
      body: {
        name: args.name,
        url: args.url,
        events: flags.kind ?? ['*'],
        ...(app === undefined ? {} : { app }),
        ...(network === undefined ? {} : { network }),
        ...(secretFile === undefined ? {} : { secret: await readSecret(secretFile, around) }),
        ...(await readReceiver(flags, this.cwd, this.streams.stdin)),
        allowPrivate: flags['allow-private'],
      },
      signal: this.signal,
    });
    const { name, secret, url } = webhook;
    const events = webhook.events.includes('*') ? 'All events' : `Events ${webhook.events.join(', ')}`;
    this.ui.note(`${events} go to ${name} (${url}). See whether they arrive: rig webhooks test ${name}`);
    if (url.startsWith('http:')) this.ui.note('What is sent over http can be read on its way.');
    if (secret !== null) {
      this.ui.note('Its secret is not shown again:');
      this.ui.print(secret);
    }
    return webhook;
  }
}
