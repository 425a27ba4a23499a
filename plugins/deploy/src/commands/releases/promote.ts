import { Args } from '@oclif/core';
import type { Deploy } from '@rig-ops/contract/resources';
import { appFlag, RigCommand } from '@rig-ops/kit';

export default class ReleasesPromoteCommand extends RigCommand {
  static override summary = 'End the steps of a canary: the new release gets all requests.';
  static override description =
    'The `rig deploy` that began the canary goes on and ends as ever. See what it does before with `rig logs network`.';
  static override examples = ['<%= config.bin %> <%= command.id %> shop'];
  static override args = {
    app: Args.string({ description: 'Name of the app.', ignoreStdin: true }),
  };
  static override flags = appFlag;

  override async run(): Promise<{ app: string; deploy: Deploy }> {
    const { args, flags } = await this.parse(ReleasesPromoteCommand);
    const app = await this.appName(args.app, flags.app);
    const deploy = await this.rig.call('promoteDeploy', { params: { app }, signal: this.signal });
    this.ui.print(`v${deploy.release ?? '?'} of ${app} is promoted and gets all requests in a moment.`);
    return { app, deploy };
  }
}
