import { Args, Flags } from '@oclif/core';
import type { AppOperation } from '@rig-ops/contract/resources';
import { appFlag, RigCommand } from '@rig-ops/kit';
import { followOperation } from '../../logic/follow-operation.ts';

export default class AppsRestartCommand extends RigCommand {
  static override summary = 'Restart the instances of an app, one after the other.';
  static override description =
    'Each new instance is healthy and gets requests before the old one finishes what it began and stops, so no request fails. If one does not become healthy, the old one goes on, and the exit code is 11.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop',
    {
      description: 'one process, or one instance of it',
      command: '<%= config.bin %> <%= command.id %> shop --process worker',
    },
    '<%= config.bin %> <%= command.id %> shop --instance web.2',
  ];
  static override args = {
    app: Args.string({ description: 'Name of the app; that of rig.toml when absent.' }),
  };
  static override flags = {
    ...appFlag,
    process: Flags.string({
      description: 'Only the instances of this process.',
      helpValue: 'PROCESS',
      exclusive: ['instance'],
    }),
    instance: Flags.string({ description: 'Only this instance, as web.1.', helpValue: 'INSTANCE' }),
  };

  override async run(): Promise<AppOperation> {
    const { args, flags } = await this.parse(AppsRestartCommand);
    const app = await this.appName(args.app, flags.app);
    const { process, instance } = flags;
    const begun = await this.rig.call('restartApp', {
      params: { app },
      body: {
        ...(process === undefined ? {} : { process }),
        ...(instance === undefined ? {} : { instance }),
      },
      signal: this.signal,
    });
    if (begun.instances.length === 0) {
      this.ui.note(`No instance of ${app} runs.`);
      return begun;
    }
    this.ui.note(`Restarting ${begun.instances.join(', ')} of ${app}`);
    const ended = await followOperation(this.rig, begun, { signal: this.signal, ui: this.ui });
    this.ui.print(`Restarted ${ended.instances.join(', ')} of ${app}.`);
    return ended;
  }
}
