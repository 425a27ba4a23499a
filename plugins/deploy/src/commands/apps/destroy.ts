import { Args, Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { appFlag, RigCommand } from '@rig-ops/kit';
import { confirmByName } from '../../logic/confirm-by-name.ts';

export default class AppsDestroyCommand extends RigCommand {
  static override summary = 'Stop an app and remove everything of it.';
  static override description = 'Its releases, builds and logs are gone for good.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop',
    '<%= config.bin %> <%= command.id %> shop --yes',
  ];
  static override args = {
    app: Args.string({ description: 'Name of the app; never that of rig.toml.', ignoreStdin: true }),
  };
  static override flags = {
    ...appFlag,
    yes: Flags.boolean({ char: 'y', description: 'Do not ask for the name again.' }),
  };

  override async run(): Promise<{ destroyed: string }> {
    const { args, flags } = await this.parse(AppsDestroyCommand);
    const named = args.app ?? flags.app;
    // What cannot be undone is not done to whatever the folder happens to be of.
    if (named === undefined) throw new RigError('usage', 'Name the app to destroy: rig apps destroy APP');
    const app = await this.appName(args.app, flags.app);
    const { signal, streams, ui } = this;
    if (!flags.yes) {
      // Nobody should type the name of what is not there.
      await this.rig.call('getApp', { params: { app }, signal });
      const what = `This stops ${app} and removes its releases, builds and logs for good.`;
      await confirmByName(app, what, { interactive: ui.interactive, streams, signal });
    }
    await this.rig.call('destroyApp', { params: { app }, signal });
    this.ui.print(`Destroyed ${app}`);
    return { destroyed: app };
  }
}
