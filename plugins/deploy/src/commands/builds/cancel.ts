import { Args } from '@oclif/core';
import type { Build } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';

export default class BuildsCancelCommand extends RigCommand {
  static override summary = 'End a build that waits or runs, and the deploy it is for.';
  static override description =
    'What is live stays live. Whoever follows the deploy is told who has cancelled it, with exit code 12. ' +
    'A build that has ended is exit code 7.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> bld_4qj4820rd8zyns',
    {
      description: 'whatever is being built of an app',
      command:
        "<%= config.bin %> <%= command.id %> \"$(<%= config.bin %> builds list shop --query 'builds[?endedAt==`null`].id | [0]' -o json | tr -d '\"')\"",
    },
  ];
  static override args = {
    build: Args.string({ required: true, description: 'Id of the build, as `rig builds list` shows it.' }),
  };

  override async run(): Promise<Build> {
    const { args } = await this.parse(BuildsCancelCommand);
    const build = await this.rig.call('cancelBuild', { params: { build: args.build }, signal: this.signal });
    this.ui.print(`Cancelled ${build.id} of ${build.app}; what was live still is.`);
    return build;
  }
}
