import { Args } from '@oclif/core';
import { renameContext } from '@rig-ops/client/contexts';
import { RigCommand } from '@rig-ops/kit';

export default class ContextRename extends RigCommand {
  static override description = 'Give a context another name.';
  static override examples = ['<%= config.bin %> <%= command.id %> rig-example-com production'];
  static override rigAuth = 'none' as const;
  static override args = {
    name: Args.string({ required: true, description: 'Name of the context.' }),
    to: Args.string({ required: true, description: 'Its new name.' }),
  };

  override async run() {
    const { args } = await this.parse(ContextRename);
    await renameContext(this.rigHome, args.name, args.to);
    this.ui.print(`The context ${args.name} is now called ${args.to}.`);
    return { renamed: args.name, to: args.to };
  }
}
