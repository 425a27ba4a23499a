import { Args, Flags } from '@oclif/core';
import type { AppDetails } from '@rig-ops/contract/resources';
import { appFlag, RigCommand } from '@rig-ops/kit';
import { APP_CONDITIONS, type AppCondition, awaitApp } from '../../logic/await-app.ts';
import { parseWait } from '../../logic/parse-wait.ts';

export default class AppsWaitCommand extends RigCommand {
  static override summary = 'Wait until an app is live, healthy or idle.';
  static override description = `For scripts. ${Object.entries(APP_CONDITIONS)
    .map(([name, what]) => `${name}: ${what}.`)
    .join(' ')} Exit code 9 when the time is over.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop',
    {
      description: 'until nobody deploys it, for at most ten minutes',
      command: '<%= config.bin %> <%= command.id %> shop --for idle --timeout 10m',
    },
  ];
  static override args = {
    app: Args.string({ description: 'Name of the app; that of rig.toml when absent.' }),
  };
  static override flags = {
    ...appFlag,
    for: Flags.string({
      options: Object.keys(APP_CONDITIONS),
      default: 'healthy',
      description: 'What to wait for.',
    }),
    timeout: Flags.string({
      default: '5m',
      description: 'How long at most, as 30s, 5m or 1h.',
      helpValue: 'TIME',
    }),
  };

  override async run(): Promise<AppDetails> {
    const { args, flags } = await this.parse(AppsWaitCommand);
    const timeoutMs = parseWait(flags.timeout);
    const app = await this.appName(args.app, flags.app);
    const condition = flags.for as AppCondition;
    const details = await awaitApp(this.rig, app, { condition, timeoutMs, signal: this.signal });
    this.ui.print(
      details.release === null ? `${app} has no release` : `${app} v${details.release}: ${details.status}`,
    );
    return details;
  }
}
