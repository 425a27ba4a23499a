import { Args } from '@oclif/core';
import type { Domains } from '@rig-ops/contract/resources';
import { appFlag, RigCommand } from '@rig-ops/kit';
import { showDomains } from '../../../logic/show-domains.ts';

export default class AppsDomainsRemoveCommand extends RigCommand {
  static override summary = 'Route host names to an app no more.';
  static override description = 'All are removed, or none.';
  static override examples = ['<%= config.bin %> <%= command.id %> old.example.com --app shop'];
  static override strict = false;
  static override args = {
    domains: Args.string({ required: true, multiple: true, description: 'Host names, as shop.example.com.' }),
  };
  static override flags = appFlag;

  override async run(): Promise<Domains> {
    const { argv, flags } = await this.parse(AppsDomainsRemoveCommand);
    const params = { app: await this.appName(flags.app) };
    const body = { remove: argv as string[] };
    const domains = await this.rig.call('changeDomains', { params, body, signal: this.signal });
    showDomains(domains, this.ui);
    return domains;
  }
}
