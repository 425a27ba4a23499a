import { Args } from '@oclif/core';
import type { Deploy } from '@rig-ops/contract/resources';
import { RigCommand } from '@rig-ops/kit';

export default class ReleasesCancelCommand extends RigCommand {
  static override summary = 'End the deploy of an app that is under way.';
  static override description =
    'What is live stays live, and gets all requests again if a canary had a part of them. ' +
    'While a release is watched after it went live, the one before comes back.';
  static override examples = ['<%= config.bin %> <%= command.id %> shop'];
  static override args = {
    app: Args.string({ description: 'Name of the app.', ignoreStdin: true }),
  };

  override async run(): Promise<{ app: string; deploy: Deploy }> {
    const { args } = await this.parse(ReleasesCancelCommand);
    const app = await this.appName(args.app);
    const deploy = await this.rig.call('cancelDeploy', { params: { app }, signal: this.signal });
    this.ui.print(`The deploy of ${app} is being ended.`);
    return { app, deploy };
  }
}
