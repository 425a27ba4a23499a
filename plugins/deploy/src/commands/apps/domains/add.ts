import { Args } from '@oclif/core';
import type { Domains } from '@rig-ops/contract/resources';
import { appFlag, RigCommand } from '@rig-ops/kit';
import { showDomains } from '../../../logic/show-domains.ts';

export default class AppsDomainsAddCommand extends RigCommand {
  static override summary = 'Route host names to an app.';
  static override description =
    'A host name is of one app at most. All are added, or none. Every app has APP.localhost already.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop.example.com www.shop.example.com --app shop',
  ];
  static override strict = false;
  static override args = {
    domains: Args.string({ required: true, multiple: true, description: 'Host names, as shop.example.com.' }),
  };
  static override flags = appFlag;

  override async run(): Promise<Domains> {
    const { argv, flags } = await this.parse(AppsDomainsAddCommand);
    const params = { app: await this.appName(flags.app) };
    const body = { add: argv as string[] };
    const domains = await this.rig.call('changeDomains', { params, body, signal: this.signal });
    showDomains(domains, this.ui);
    return domains;
  }
}
