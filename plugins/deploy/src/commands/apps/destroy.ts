import { Args, Flags } from '@oclif/core';
import { RigCommand } from '@rig-ops/kit';
import { confirmByName } from '../../logic/confirm-by-name.ts';

export default class AppsDestroyCommand extends RigCommand {
  static override summary = 'Stop an app and remove everything of it.';
  static override description = 'Its releases, builds and logs are gone for good.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop',
    '<%= config.bin %> <%= command.id %> shop --yes',
  ];
  static override args = {
    app: Args.string({ required: true, description: 'Name of the app.', ignoreStdin: true }),
  };
  static override flags = {
    yes: Flags.boolean({ char: 'y', description: 'Do not ask for the name again.' }),
  };

  override async run(): Promise<{ destroyed: string }> {
    const { args, flags } = await this.parse(AppsDestroyCommand);
    const { app } = args;
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
