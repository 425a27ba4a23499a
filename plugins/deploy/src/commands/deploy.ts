import { Args, Flags } from '@oclif/core';
import { currentInvocation, RigCommand } from '@rig-ops/kit';
import { chooseAppName } from '../logic/choose-app-name.ts';
import { type DeployResult, deploySource } from '../logic/deploy-source.ts';
import { findSource } from '../logic/find-source.ts';
import { isLively } from '../logic/lively.ts';
import { requireApp } from '../logic/require-app.ts';

export default class DeployCommand extends RigCommand {
  static override summary = 'Deploy a folder.';
  static override description =
    'Uploads what changed, builds it, starts it beside what is live, and switches over once it is healthy. ' +
    'If anything fails, what is live stays live; exit code 10 is the build, 11 the release. ' +
    'The app is the one of --app, else of rig.toml, package.json or the folder.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'another folder, as an app that may not exist yet',
      command: '<%= config.bin %> <%= command.id %> ./shop --app shop --create',
    },
    {
      description: 'in a script: the URL of what was deployed',
      command: '<%= config.bin %> <%= command.id %> -o json | jq -r .url',
    },
  ];
  static override args = {
    path: Args.string({
      description:
        'Folder to deploy; when absent the one with the rig.toml in or above the current folder, else the current one.',
      ignoreStdin: true,
    }),
  };
  static override flags = {
    app: Flags.string({ description: 'Name of the app.', helpValue: 'NAME' }),
    create: Flags.boolean({ description: 'Create the app if there is none of that name.' }),
    yes: Flags.boolean({ char: 'y', description: 'Answer every question with yes.' }),
    message: Flags.string({ char: 'm', description: 'What to say about the release.', helpValue: 'TEXT' }),
  };

  override async run(): Promise<DeployResult> {
    const { args, flags } = await this.parse(DeployCommand);
    const root = await findSource(this.cwd, args.path);
    const name = await chooseAppName(root, flags.app);
    const { signal, ui } = this;
    const create = await requireApp(this.rig, name, {
      agreed: flags.create || flags.yes,
      confirm: (question) => ui.confirm(question),
      signal,
    });
    const result = await deploySource(this.rig, {
      app: name.name,
      create,
      root,
      message: flags.message,
      ui,
      lively: isLively(currentInvocation()),
      signal,
    });
    if (result.url !== null) ui.print(result.url);
    else ui.print(`${result.app} runs; it has no \`web\` process and so no URL.`);
    return result;
  }
}
