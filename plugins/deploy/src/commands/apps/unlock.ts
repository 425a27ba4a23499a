import { Args, Flags } from '@oclif/core';
import type { DeployLock } from '@rig-ops/contract/resources';
import { appFlag, RigCommand } from '@rig-ops/kit';

export default class AppsUnlockCommand extends RigCommand {
  static override summary = 'Let others deploy an app again.';
  static override description =
    'Whoever waits for it begins. Unlocking an app that is not locked does nothing.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop',
    {
      description: 'end the lock of somebody who cannot be reached',
      command: '<%= config.bin %> <%= command.id %> shop --force',
    },
  ];
  static override args = {
    app: Args.string({ description: 'Name of the app.', ignoreStdin: true }),
  };
  static override flags = {
    ...appFlag,
    force: Flags.boolean({ description: "End it even if it is somebody else's." }),
  };

  override async run(): Promise<{ app: string; released: DeployLock | null }> {
    const { args, flags } = await this.parse(AppsUnlockCommand);
    const app = await this.appName(args.app, flags.app);
    const query = flags.force ? { force: 'true' as const } : {};
    const { released } = await this.rig.call('unlockApp', { params: { app }, query, signal: this.signal });
    if (released === null) this.ui.print(`${app} was not locked`);
    else
      this.ui.print(
        `${app} is unlocked; ${released.owner} had locked it${released.reason === null ? '' : `: ${released.reason}`}`,
      );
    return { app, released };
  }
}
