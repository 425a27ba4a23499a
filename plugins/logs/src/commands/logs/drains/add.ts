import { Args, Flags } from '@oclif/core';
import type { LogDrain } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';

export default class LogsDrainsAdd extends RigCommand {
  static override summary = 'Send logs on to a receiver outside: OTLP, syslog, or lines of JSON over HTTP.';
  static override description =
    'What an app prints and the requests to it, or those of every app of a network, also of apps to come. Each line is sent in its order and at least once; its attribute "cursor" tells one that comes twice. URL is https://HOST:PORT for OTLP, syslog://HOST:PORT (RFC 5424 over TCP), syslog+tls://HOST:PORT, or https+ndjson://HOST/PATH for lines of JSON.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> otel https://otel.example.com --headers headers.txt',
    '<%= config.bin %> <%= command.id %> archive syslog+tls://logs.example.com:6514 --app shop --from-start',
    "echo 'authorization: Bearer …' | <%= config.bin %> <%= command.id %> mine https+ndjson://in.example.com/logs --headers -",
  ];
  static override args = {
    name: Args.string({ required: true, description: 'What to call it.', ignoreStdin: true }),
    url: Args.string({ required: true, description: 'Where to send.', ignoreStdin: true }),
  };
  static override flags = {
    app: Flags.string({ char: 'a', description: 'Only the logs of this app.', exclusive: ['network'] }),
    network: Flags.string({ description: 'The logs of every app of this network; default when absent.' }),
    headers: Flags.string({
      helpValue: 'FILE',
      description: 'File of headers for HTTP, "Name: value" a line; - for stdin. They are not shown again.',
    }),
    ca: Flags.string({
      helpValue: 'FILE',
      description: 'Certificates (PEM) to trust instead of those of the system.',
    }),
    'from-start': Flags.boolean({ description: 'Begin with the oldest line there is, not with the next.' }),
    'allow-private': Flags.boolean({
      description: 'Let it send to addresses of the platform itself and of private networks.',
    }),
  };

  override async run(): Promise<LogDrain> {
    const { args, flags } = await this.parse(LogsDrainsAdd);
    const { readReceiver } = await import('@rig-ops/kit/drains');
    const drain = await this.rig.call('createLogDrain', {
      body: {
        name: args.name,
        target: flags.app === undefined ? `network/${flags.network ?? 'default'}` : `app/${flags.app}`,
        url: args.url,
        ...(await readReceiver(flags, this.cwd, this.streams.stdin)),
        allowPrivate: flags['allow-private'],
        fromStart: flags['from-start'],
      },
      signal: this.signal,
    });
    this.ui.print(`The logs of ${drain.target} go to ${drain.name} (${drain.url}).`);
    this.ui.note(`See whether it arrives: rig logs drains test ${drain.name}`);
    return drain;
  }
}
