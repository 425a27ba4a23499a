import { Args, Flags } from '@oclif/core';
import type { RigClient } from '@rig-ops/client';
import { RigError } from '@rig-ops/contract/errors';
import type { Deploy } from '@rig-ops/contract/resources';
import { appFlag, RigCommand } from '@rig-ops/kit';

/** @throws RigError `deploy_not_found` also for a deploy of another app */
async function cancelById(rig: RigClient, id: string, app: string | undefined, signal: AbortSignal) {
  const params = { deploy: id };
  const found = await rig.call('getDeploy', { params, signal });
  if (app !== undefined && found.app !== app)
    throw new RigError('deploy_not_found', `${id} is no deploy of ${app}, but of ${found.app}.`);
  return rig.call('cancelDeployById', { params, signal });
}

export default class ReleasesCancelCommand extends RigCommand {
  static override summary = 'End the deploy of an app that is under way or waits.';
  static override description =
    'What is live stays live, and gets all requests again if a canary had a part of them. ' +
    'While a release is watched after it went live, the one before comes back. ' +
    'Whoever waits for the deploy is told, with exit code 12.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop',
    {
      description: 'one that waits for its turn',
      command: '<%= config.bin %> <%= command.id %> --deploy dep_4qj4820rd8zyns',
    },
  ];
  static override args = {
    app: Args.string({ description: 'Name of the app.', ignoreStdin: true }),
  };

  static override flags = {
    ...appFlag,
    deploy: Flags.string({
      helpValue: 'DEPLOY',
      description: 'Id of the deploy; when absent the one that is under way, or the only one that waits.',
    }),
  };

  override async run(): Promise<{ app: string; deploy: Deploy }> {
    const { args, flags } = await this.parse(ReleasesCancelCommand);
    const { rig, signal, ui } = this;
    const deploy =
      flags.deploy === undefined
        ? await rig.call('cancelDeploy', { params: { app: await this.appName(args.app, flags.app) }, signal })
        : await cancelById(rig, flags.deploy, args.app ?? flags.app, signal);
    const { app, endedAt } = deploy;
    ui.print(endedAt === null ? `The deploy of ${app} is being ended.` : `The deploy of ${app} has ended.`);
    return { app, deploy };
  }
}
