import { Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import type { Webhook, WebhookChange } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { webhookArgs } from '../../webhook-args.ts';

export default class WebhooksUpdate extends RigCommand {
  static override summary = 'Change where a webhook sends, and which events.';
  static override description =
    'What is left out stays as it is, the secret too. What waits to be sent goes to the new address. Headers are credentials for one receiver: they do not go along to another one.';
  static override examples = [
    {
      description: 'the same events to another address',
      command: '<%= config.bin %> <%= command.id %> chat --url https://hooks.example.com/new',
    },
    {
      description: 'only releases, of every app',
      command: "<%= config.bin %> <%= command.id %> chat --kind 'release.*' --app off",
    },
  ];
  static override args = webhookArgs;
  static override flags = {
    url: Flags.string({ description: 'Where to send.' }),
    kind: Flags.string({
      char: 'k',
      multiple: true,
      delimiter: ',',
      helpValue: 'KIND',
      description: 'Events of this kind, in the place of those before; * stands for any part of it.',
    }),
    app: Flags.string({ char: 'a', description: 'Only events of this app; off for all.' }),
    network: Flags.string({ description: 'Only events of this network and its apps; off for all.' }),
    headers: Flags.string({
      helpValue: 'FILE',
      description:
        'File of headers to send along in the place of those before, "Name: value" a line; - for stdin, off for none.',
    }),
    ca: Flags.string({
      helpValue: 'FILE',
      description: 'Certificates (PEM) to trust; off for those of the system.',
    }),
    'allow-private': Flags.boolean({
      allowNo: true,
      description: 'Whether it may send to addresses of the platform itself and of private networks.',
    }),
  };

  override async run(): Promise<Webhook> {
    const { args, flags } = await this.parse(WebhooksUpdate);
    const { app, ca, headers, kind, network, url } = flags;
    const { readReceiver } = await import('@rig-ops/kit/drains');
    const files = { headers: filled(headers), ca: filled(ca) };
    const body: WebhookChange = {
      ...(url === undefined ? {} : { url }),
      ...(kind === undefined ? {} : { events: kind }),
      ...(app === undefined ? {} : { app: filled(app) ?? null }),
      ...(network === undefined ? {} : { network: filled(network) ?? null }),
      ...(headers === OFF ? { headers: {} } : {}),
      ...(ca === OFF ? { ca: null } : {}),
      ...(await readReceiver(files, this.cwd, this.streams.stdin)),
      ...(flags['allow-private'] === undefined ? {} : { allowPrivate: flags['allow-private'] }),
    };
    if (Object.keys(body).length === 0)
      throw new RigError('usage', 'Nothing was said that is to change.', {
        hint: 'Give --url, --kind, --app, --network, --headers, --ca or --allow-private.',
      });
    const params = { webhook: args.name };
    const webhook = await this.rig.call('updateWebhook', { params, body, signal: this.signal });
    const events = webhook.events.includes('*') ? 'All events' : `Events ${webhook.events.join(', ')}`;
    const of = [webhook.app, webhook.network].find((name) => name !== null);
    this.ui.print(`${events}${of == null ? '' : ` of ${of}`} go to ${webhook.name} (${webhook.url}).`);
    this.ui.note(`See whether they arrive: rig webhooks test ${webhook.name}`);
    if (webhook.url.startsWith('http:')) this.ui.note('What is sent over http can be read on its way.');
    return webhook;
  }
}

const OFF = 'off';
const filled = (value: string | undefined): string | undefined => (value === OFF ? undefined : value);
