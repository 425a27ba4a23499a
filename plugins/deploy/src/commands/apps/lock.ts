import { Args, Flags } from '@oclif/core';
import type { DeployLock } from '@rig-ops/contract/resources';
import { appFlag, RigCommand } from '@rig-ops/kit';
import { parseTimeSpan } from '../../logic/time-span.ts';

const YEAR_SECONDS = 365 * 24 * 60 * 60;

export default class AppsLockCommand extends RigCommand {
  static override summary = 'Keep everybody else from deploying an app.';
  static override description =
    'Deploys, rollbacks and releases of changed config by others are refused with your name and reason, or wait ' +
    'if they were asked to. You may deploy it. What is under way goes on, and `rig apps restart` and `scale` stay open to all: they change no release. Locking it again says a new reason and end.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop -m "moving the database" --for 2h',
    {
      description: 'for the time of a script',
      command: 'rig apps lock shop -m "nightly job" && trap "rig apps unlock shop" EXIT',
    },
  ];
  static override args = {
    app: Args.string({ description: 'Name of the app.', ignoreStdin: true }),
  };
  static override flags = {
    ...appFlag,
    message: Flags.string({ char: 'm', helpValue: 'TEXT', description: 'Why, for those who meet it.' }),
    for: Flags.string({
      helpValue: 'TIME',
      description: 'End it by itself after so long, as 30m, 2h or 7d.',
    }),
  };

  override async run(): Promise<{ app: string; lock: DeployLock }> {
    const { args, flags } = await this.parse(AppsLockCommand);
    const seconds = flags.for === undefined ? undefined : parseTimeSpan(flags.for, '--for', YEAR_SECONDS);
    const app = await this.appName(args.app, flags.app);
    const lock = await this.rig.call('lockApp', {
      params: { app },
      body: {
        ...(flags.message === undefined ? {} : { reason: flags.message }),
        ...(seconds === undefined ? {} : { seconds }),
      },
      signal: this.signal,
    });
    this.ui.print(
      `${app} is locked; only ${lock.owner} may deploy it${lock.until === null ? '' : ` until ${lock.until}`}`,
    );
    const running = await this.rig.call('listDeploys', {
      params: { app },
      query: { limit: 1 },
      signal: this.signal,
    });
    const under = running.deploys.find(({ status }) => status === 'running');
    if (under !== undefined) this.ui.note(`${under.id} of ${under.createdBy} is under way and goes on.`);
    return { app, lock };
  }
}
