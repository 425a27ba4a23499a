import { Args } from '@oclif/core';
import { useContext } from '@rig-ops/client/contexts';
import { RigCommand } from '@rig-ops/kit';

export default class ContextUse extends RigCommand {
  static override description = 'Choose the platform that commands talk to from now on.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> production',
    '<%= config.bin %> <%= command.id %> embedded',
  ];
  static override rigAuth = 'none' as const;
  static override args = {
    name: Args.string({ required: true, description: 'Name of the context; "embedded" is this machine.' }),
  };

  override async run() {
    const { args } = await this.parse(ContextUse);
    await useContext(this.rigHome, args.name);
    this.ui.print(`Commands now talk to ${args.name}.`);
    return { current: args.name };
  }
}
