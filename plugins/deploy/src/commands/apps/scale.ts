import { Args } from '@oclif/core';
import type { AppDetails } from '@rig-ops/contract/resources';
import { appFlag, RigCommand, tableFlags } from '@rig-ops/kit';
import { followOperation } from '../../logic/follow-operation.ts';
import { readScale } from '../../logic/read-scale.ts';

export default class AppsScaleCommand extends RigCommand {
  static override summary = 'Set how many instances of its processes an app has.';
  static override description =
    'It stays so over later releases. New instances are healthy before they get requests; those that go finish what they began. If a new one does not become healthy, everything is as before, and the exit code is 11. Without numbers it shows them.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop web=3 worker=0',
    { description: 'what there is', command: '<%= config.bin %> <%= command.id %> shop' },
  ];
  static override strict = false;
  static override args = {
    app: Args.string({
      multiple: true,
      description: 'Name of the app, and PROCESS=NUMBER for each process to change; 0 to 100.',
    }),
  };
  static override flags = { ...appFlag, ...tableFlags };

  override async run(): Promise<AppDetails> {
    const { argv, flags } = await this.parse(AppsScaleCommand);
    const { app: given, processes } = readScale(argv as string[]);
    const app = await this.appName(given, flags.app);
    const params = { app };
    if (Object.keys(processes).length > 0) {
      const begun = await this.rig.call('scaleApp', { params, body: { processes }, signal: this.signal });
      this.ui.note(`Scaling ${app} to ${begun.instances.join(', ')}`);
      await followOperation(this.rig, begun, { signal: this.signal, ui: this.ui });
    }
    const details = await this.rig.call('getApp', { params, signal: this.signal });
    this.ui.table(
      details.processes.map(({ name, instances, command }) => ({
        name,
        instances,
        running: details.instances.filter(
          ({ process, state, release }) =>
            process === name && state === 'running' && release === details.release,
        ).length,
        command: command.join(' '),
      })),
      [
        { key: 'name', header: 'PROCESS' },
        { key: 'instances', header: 'INSTANCES', align: 'right' },
        { key: 'running', header: 'RUNNING', align: 'right' },
        { key: 'command', header: 'COMMAND' },
      ],
      { empty: `${app} has no release yet; numbers that were set are kept for its first.` },
    );
    return details;
  }
}
