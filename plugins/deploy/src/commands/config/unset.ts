import { Args } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import type { ConfigChanged } from '@rig-ops/contract/resources';
import { currentInvocation, RigCommand } from '@rig-ops/kit';
import { configChangeFlags } from '../../flags/config.ts';
import { changeConfig } from '../../logic/config/change-config.ts';
import { showChange } from '../../logic/config/show-change.ts';
import { isLively } from '../../logic/lively.ts';

export default class ConfigUnsetCommand extends RigCommand {
  static override summary = 'Remove variables of an app.';
  static override description =
    'Makes a release without them, as `config set` does. If one of them is not there, nothing is removed.';
  static override examples = ['<%= config.bin %> <%= command.id %> LOG_LEVEL GREETING --app shop'];
  static override strict = false;
  static override args = {
    keys: Args.string({ required: true, multiple: true, description: 'Names of the variables.' }),
  };
  static override flags = configChangeFlags;

  override async run(): Promise<ConfigChanged> {
    const { argv, flags } = await this.parse(ConfigUnsetCommand);
    const keys = [...new Set(argv as string[])];
    if (keys.some((key) => key.includes('=')))
      throw new RigError('usage', 'Only names are given here, without "=" and a value.');
    const app = await this.appName(flags.app);
    const changed = await changeConfig(this.rig, {
      app,
      change: { unset: keys, deploy: flags.deploy },
      ui: this.ui,
      lively: isLively(currentInvocation()),
      signal: this.signal,
    });
    showChange(changed, this.ui, !flags.deploy);
    return changed;
  }
}
