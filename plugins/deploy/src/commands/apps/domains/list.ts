import { Args } from '@oclif/core';
import type { Domains } from '@rig-ops/contract/resources';
import { appFlag, RigCommand } from '@rig-ops/kit';
import { showDomains } from '../../../logic/show-domains.ts';

export default class AppsDomainsListCommand extends RigCommand {
  static override summary = 'Show the host names of an app.';
  static override description =
    'The edge routes requests by host name at a port of its own; point the proxy or forwarding in front of it there.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop',
    {
      description: 'in a script: one of them asked for',
      command:
        'curl --connect-to ::127.0.0.1:$(<%= config.bin %> <%= command.id %> shop --query edgePort) http://shop.example.com/',
    },
  ];
  static override args = {
    app: Args.string({ description: 'Name of the app; that of rig.toml when absent.' }),
  };
  static override flags = appFlag;

  override async run(): Promise<Domains> {
    const { args, flags } = await this.parse(AppsDomainsListCommand);
    const params = { app: await this.appName(args.app, flags.app) };
    const domains = await this.rig.call('getDomains', { params, signal: this.signal });
    showDomains(domains, this.ui);
    return domains;
  }
}
