import { Args, Flags } from '@oclif/core';
import type { AuditDrain } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';

export default class AuditDrainsAdd extends RigCommand {
  static override summary = 'Send the audit log on to a receiver outside: syslog or OTLP.';
  static override description =
    'Every record is sent in its order and at least once, with its hash: what the receiver keeps can be held against the log of the platform. URL is syslog://HOST:PORT (RFC 5424 over TCP), syslog+tls://HOST:PORT, or http(s)://HOST:PORT for OTLP.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> siem syslog+tls://logs.example.com:6514',
    '<%= config.bin %> <%= command.id %> otel https://otel.example.com --headers headers.txt --from-start',
    "echo 'authorization: Bearer …' | <%= config.bin %> <%= command.id %> otel https://otel.example.com --headers -",
  ];
  static override args = {
    name: Args.string({ required: true, description: 'What to call it.', ignoreStdin: true }),
    url: Args.string({ required: true, description: 'Where to send.', ignoreStdin: true }),
  };
  static override flags = {
    headers: Flags.string({
      helpValue: 'FILE',
      description: 'File of headers for OTLP, "Name: value" a line; - for stdin. They are not shown again.',
    }),
    ca: Flags.string({
      helpValue: 'FILE',
      description: 'Certificates (PEM) to trust instead of those of the system.',
    }),
    'from-start': Flags.boolean({ description: 'Begin with the oldest record there is, not with the next.' }),
    'allow-private': Flags.boolean({
      description: 'Let it send to addresses of the platform itself and of private networks.',
    }),
  };

  override async run(): Promise<AuditDrain> {
    const { args, flags } = await this.parse(AuditDrainsAdd);
    const { readReceiver } = await import('@rig-ops/kit/drains');
    const drain = await this.rig.call('createAuditDrain', {
      body: {
        name: args.name,
        url: args.url,
        ...(await readReceiver(flags, this.cwd, this.streams.stdin)),
        allowPrivate: flags['allow-private'],
        fromStart: flags['from-start'],
      },
      signal: this.signal,
    });
    this.ui.print(`The audit log goes to ${drain.name} (${drain.url}) from record ${drain.position + 1} on.`);
    this.ui.note(`See whether it arrives: rig audit drains test ${drain.name}`);
    return drain;
  }
}
