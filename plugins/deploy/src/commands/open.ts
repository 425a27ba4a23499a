import { Args, Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import { appFlag, RigCommand } from '@rig-ops/kit';

export default class OpenCommand extends RigCommand {
  static override summary = 'Open an app in the browser.';
  static override description = 'Prints its address. A browser is opened only for somebody at a terminal.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop',
    { description: 'in a script', command: 'curl "$(<%= config.bin %> <%= command.id %> shop)"' },
  ];
  static override args = {
    app: Args.string({ description: 'Name of the app; that of rig.toml when absent.' }),
  };
  static override flags = {
    ...appFlag,
    browser: Flags.boolean({ allowNo: true, default: true, description: 'Open a browser.' }),
  };

  override async run(): Promise<{ app: string; url: string; opened: boolean }> {
    const { args, flags } = await this.parse(OpenCommand);
    const app = await this.appName(args.app, flags.app);
    const { release, url } = await this.rig.call('getApp', { params: { app }, signal: this.signal });
    if (url === null)
      throw new RigError(
        'app_without_url',
        release === null ? `${app} has no release yet.` : `${app} has no process \`web\`, and so no address.`,
        { hint: release === null ? `Run \`rig deploy --app ${app}\`.` : `Run \`rig apps info ${app}\`.` },
      );
    this.ui.print(url);
    const isWatched = this.ui.interactive && this.streams.stdout.isTTY === true;
    if (!flags.browser || !isWatched) return { app, url, opened: false };
    const { openBrowser } = await import('../logic/open-browser.ts');
    return { app, url, opened: await openBrowser(url) };
  }
}
