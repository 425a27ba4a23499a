import { Args } from '@oclif/core';
import type { App } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';
import { newAppFlags } from '../../flags/config.ts';

export default class AppsCreateCommand extends RigCommand {
  static override summary = 'Create an app.';
  static override description = 'A deploy creates its app as well; this is for doing it ahead.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop',
    '<%= config.bin %> <%= command.id %> shop-staging --network staging',
  ];
  static override args = {
    name: Args.string({
      required: true,
      description: 'Lower-case letters, digits and hyphens, starting with a letter.',
      ignoreStdin: true,
    }),
  };

  static override flags = newAppFlags;

  override async run(): Promise<App> {
    const { args, flags } = await this.parse(AppsCreateCommand);
    const app = await this.rig.call('createApp', {
      body: { name: args.name, ...(flags.network === undefined ? {} : { network: flags.network }) },
      signal: this.signal,
    });
    this.ui.print(`Created ${app.name}`);
    this.ui.note(`\`rig deploy --app ${app.name}\` makes its first release.`);
    return app;
  }
}
