import { Args } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import type { ConfigVariable } from '@rig-ops/contract/resources';
import { appFlag, RigCommand } from '@rig-ops/kit';

export default class ConfigGetCommand extends RigCommand {
  static override summary = 'Print the value of one variable.';
  static override description = 'As it is, with a newline behind it. Secrets are refused.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> LOG_LEVEL',
    {
      description: 'in a script',
      command: 'level=$(<%= config.bin %> <%= command.id %> LOG_LEVEL --app shop)',
    },
  ];
  static override args = {
    key: Args.string({ required: true, description: 'Name of the variable.' }),
  };
  static override flags = {
    ...appFlag,
  };

  override async run(): Promise<ConfigVariable> {
    const { args, flags } = await this.parse(ConfigGetCommand);
    const app = await this.appName(flags.app);
    const { variables } = await this.rig.call('getConfig', { params: { app }, signal: this.signal });
    const variable = variables.find(({ key }) => key === args.key);
    if (variable === undefined)
      throw new RigError('config_key_not_found', `${app} has no variable ${JSON.stringify(args.key)}.`, {
        hint: `Run \`rig config list ${app}\` for those it has.`,
      });
    if (variable.value === null)
      throw new RigError(
        'config_secret',
        `${args.key} of ${app} is a secret: its value is never shown again.`,
        {
          hint: `Set it anew: \`rig config set ${args.key}=- --app ${app} < file\`. Programs of the app find it in their environment.`,
        },
      );
    this.ui.print(variable.value);
    return variable;
  }
}
