import { Args } from '@oclif/core';
import type { Config } from '@rig-ops/contract/resources';
import { appFlag, RigCommand, tableFlags } from '@rig-ops/kit';
import { formatRelativeTime } from '@rig-ops/kit/text';

export default class ConfigListCommand extends RigCommand {
  static override summary = 'List the variables of an app.';
  static override description =
    'Values of secrets are never shown. [env] of rig.toml is not among them; a variable of the same name wins over it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop',
    {
      description: 'in a script: the names',
      command: "<%= config.bin %> <%= command.id %> shop --query 'variables[].key'",
    },
  ];
  static override args = {
    app: Args.string({ description: 'Name of the app; that of rig.toml when absent.' }),
  };
  static override flags = {
    ...appFlag,
    ...tableFlags,
  };

  override async run(): Promise<Config> {
    const { args, flags } = await this.parse(ConfigListCommand);
    const app = await this.appName(args.app, flags.app);
    const config = await this.rig.call('getConfig', { params: { app }, signal: this.signal });
    this.ui.table(
      config.variables.map(({ key, value, secret, build, updatedAt, updatedBy }) => ({
        key,
        value: value === null ? this.ui.style('dim', '(secret)') : value.replaceAll(/\r?\n/g, '⏎'),
        secret: secret ? 'yes' : '',
        build: build ? 'yes' : '',
        updated: formatRelativeTime(updatedAt),
        updatedAt,
        by: updatedBy,
      })),
      [
        { key: 'key', header: 'NAME' },
        { key: 'value', header: 'VALUE' },
        { key: 'secret', header: 'SECRET' },
        { key: 'build', header: 'BUILD' },
        { key: 'updated', header: 'SET', sortBy: 'updatedAt' },
        { key: 'by', header: 'BY' },
      ],
      { empty: `${config.app} has no variables; \`rig config set NAME=VALUE\` sets one.` },
    );
    if (config.live === false)
      this.ui.note(
        'The live release runs with others: these wait for the next one. `rig config set` makes it now.',
      );
    return config;
  }
}
